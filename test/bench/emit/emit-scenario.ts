/** `emit`: how fast, at what cost, and how faithfully log calls become lines in rotating files. */
import type { Contestant, Scenario, Size } from '../scenario.ts';
import { nextAnswer, startMeasuredProcess, successfulEnd } from '../measured-process.ts';
import { preloadEnvironment, preloadFlags } from '../preload.ts';
import { accountLines } from './account-lines.ts';
import { enoughBackups, type DestinationOptions } from './destination.ts';
import { destinations, type DestinationRow } from './destinations.ts';
import type { Emitted } from './program.ts';

const MiB = 1024 * 1024;

const sizes: Readonly<Record<Size, { readonly lines: number; readonly maxBytes: number }>> = {
  full: { lines: 1_000_000, maxBytes: 20 * MiB },
  quick: { lines: 20_000, maxBytes: MiB },
};

const baseline = 'pino-roll, transport';

export const emitScenario: Scenario = {
  name: 'emit',
  title: 'From the log call to the disk',
  about: `One process logs ${sizes.full.lines.toLocaleString('en-US')} events, 100 in each turn of the event loop, into a file that rotates at 20 MiB where the
contestant can rotate. The clock runs from the first call until the last line is in the file. CPU is user and system time of all
threads; the gap is the longest time for which a timer had to wait. Lines are read back and counted after the process has ended.
Every contestant but one writes the same event as the line it makes of it, so lengths differ a little. Nobody syncs: lines reach the
operating system, not the platter.`,
  runs: { full: 5, quick: 1 },
  contestants: destinations.map(contestant),
  columns: [
    { title: 'lines/s', figure: 'linesPerSecond', summary: 'median', digits: 0, withSpread: true },
    { title: `× ${baseline}`, figure: 'linesPerSecond', summary: 'median', digits: 2, relativeTo: baseline },
    { title: 'CPU µs/line', figure: 'cpuMicrosPerLine', summary: 'median', digits: 2 },
    { title: 'peak RSS MiB', figure: 'peakRssMiB', summary: 'highest', digits: 0 },
    { title: 'longest gap ms', figure: 'longestGapMillis', summary: 'highest', digits: 1 },
    { title: 'bytes/line', figure: 'bytesPerLine', summary: 'median', digits: 0 },
    { title: 'lines on disk', figure: 'found', summary: 'sum', digits: 0, of: 'emitted' },
    { title: 'torn', figure: 'torn', summary: 'sum', digits: 0 },
    { title: 'duplicated', figure: 'duplicated', summary: 'sum', digits: 0 },
    { title: 'largest file, % of the cap', figure: 'largestFilePercent', summary: 'highest', digits: 1 },
  ],
};

function contestant(row: DestinationRow): Contestant {
  return {
    name: row.name,
    note: row.note,
    packages: row.packages,
    measure: async ({ size, directory }) => {
      const { lines, maxBytes } = sizes[size];
      const backups = enoughBackups(lines, maxBytes);
      const child = startMeasuredProcess({
        program: new URL('program.ts', import.meta.url),
        programArguments: [
          row.name,
          String(lines),
          JSON.stringify({ directory, maxBytes, backups } satisfies DestinationOptions),
        ],
        workingDirectory: directory,
        ...(row.isPreloaded === undefined
          ? {}
          : {
              nodeFlags: preloadFlags,
              environment: {
                ...preloadEnvironment(directory),
                SENTRIKAT_PERFORMANCE_MAX_BYTES: String(maxBytes),
                SENTRIKAT_PERFORMANCE_BACKUPS: String(backups),
              },
            }),
      });
      const emitted = await nextAnswer<Emitted>(child);
      await successfulEnd(child);
      const written = row.writesNothing ? 0 : lines;
      const account = accountLines(directory, written);
      return {
        emitted: written,
        found: account.found,
        lost: account.lost,
        torn: account.torn,
        duplicated: account.duplicated,
        files: account.files,
        linesPerSecond: lines / (emitted.wallMillis / 1000),
        cpuMicrosPerLine: emitted.cpuMicros / lines,
        peakRssMiB: emitted.peakRssKiB / 1024,
        longestGapMillis: emitted.longestGapMillis,
        bytesPerLine: account.bytesPerLine,
        largestFilePercent: (account.largestFileBytes / maxBytes) * 100,
      };
    },
  };
}
