/** `audit`: what it costs to go on only when a record is on the platter. */
import { fileURLToPath } from 'node:url';

import { accountLines } from '../emit/account-lines.ts';
import { nextAnswer, startMeasuredProcess, successfulEnd } from '../measured-process.ts';
import { preloadEnvironment, preloadFile } from '../preload.ts';
import type { Contestant, Scenario, Size } from '../scenario.ts';
import type { Recorded } from './program.ts';
import { groupCommit, syncPerRecord, trails, type TrailRow } from './trails.ts';

/** By the clock and not by the record, so that each is as warm as it is in a process that runs for long, and none for a blink only. */
const millis: Readonly<Record<Size, { readonly warmUp: number; readonly measured: number }>> = {
  full: { warmUp: 3_000, measured: 4_000 },
  quick: { warmUp: 50, measured: 200 },
};

const countSyncs = fileURLToPath(new URL('count-syncs.ts', import.meta.url));

export const auditScenario: Scenario = {
  name: 'audit',
  title: 'On the platter before going on',
  about: `64 callers in one process record events for ${millis.full.measured / 1000} seconds, after ${millis.full.warmUp / 1000} that are not counted. Each goes on when its record has been written and
synced, so how many share a sync is up to the contestant. Latency is what one caller waits for one record. The disk is that of the
temporary directory, and the figures are as much its own as anybody’s: where syncing costs nothing, nothing is compared.`,
  runs: { full: 5, quick: 1 },
  contestants: trails.map(contestant),
  columns: [
    { title: 'records/s', figure: 'recordsPerSecond', summary: 'median', digits: 0, withSpread: true },
    { title: `× ${groupCommit}`, figure: 'recordsPerSecond', summary: 'median', digits: 2, relativeTo: groupCommit },
    {
      title: `× ${syncPerRecord}`,
      figure: 'recordsPerSecond',
      summary: 'median',
      digits: 1,
      relativeTo: syncPerRecord,
    },
    { title: 'p50 ms', figure: 'p50Millis', summary: 'median', digits: 2 },
    { title: 'p99 ms', figure: 'p99Millis', summary: 'median', digits: 2 },
    { title: 'records/sync', figure: 'recordsPerSync', summary: 'median', digits: 1 },
    { title: 'CPU µs/record', figure: 'cpuMicrosPerRecord', summary: 'median', digits: 1 },
    { title: 'peak RSS MiB', figure: 'peakRssMiB', summary: 'highest', digits: 0 },
    { title: 'bytes/line', figure: 'bytesPerLine', summary: 'median', digits: 0 },
    { title: 'records on disk', figure: 'found', summary: 'sum', digits: 0, of: 'recorded' },
  ],
};

function contestant(row: TrailRow): Contestant {
  return {
    name: row.name,
    note: row.note,
    packages: row.packages,
    measure: async ({ size, directory }) => {
      const { warmUp, measured } = millis[size];
      const child = startMeasuredProcess({
        program: new URL('program.ts', import.meta.url),
        programArguments: [row.name, directory, String(warmUp), String(measured)],
        // Not `--require`, which would load the preload first.
        nodeFlags: ['--import', countSyncs, ...(row.isPreloaded === undefined ? [] : ['--import', preloadFile])],
        environment: row.isPreloaded === undefined ? {} : preloadEnvironment(directory),
        workingDirectory: directory,
      });
      const recorded = await nextAnswer<Recorded>(child);
      await successfulEnd(child);
      const account = accountLines(directory, recorded.total);
      return {
        recorded: recorded.total,
        found: account.found,
        lost: account.lost,
        torn: account.torn,
        duplicated: account.duplicated,
        recordsPerSecond: recorded.records / (recorded.wallMillis / 1000),
        p50Millis: recorded.p50Millis,
        p99Millis: recorded.p99Millis,
        recordsPerSync: recorded.records / recorded.syncs,
        cpuMicrosPerRecord: recorded.cpuMicros / recorded.records,
        peakRssMiB: recorded.peakRssKiB / 1024,
        bytesPerLine: account.bytesPerLine,
      };
    },
  };
}
