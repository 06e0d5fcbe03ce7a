/** `processes`: what becomes of a rotating file, and of its lines, when several processes write to it. */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

import { accountLines } from '../emit/account-lines.ts';
import { enoughBackups } from '../emit/destination.ts';
import type { Contestant, Sample, Scenario, Size } from '../scenario.ts';
import { sum } from '../statistics.ts';
import { rivals, type ForeignRivalRow, type NodeRivalRow } from './rivals.ts';
import { readyOrFailed, startWritingProcess, type WritingProcess } from './writing-process.ts';

type RivalRow = NodeRivalRow | ForeignRivalRow;

const MiB = 1024 * 1024;

/** As many as there are in all, whatever the number of processes; and those that each process writes elsewhere before. */
const sizes: Readonly<
  Record<Size, { readonly lines: number; readonly warmUpLines: number; readonly maxBytes: number }>
> = {
  full: { lines: 480_000, warmUpLines: 20_000, maxBytes: MiB },
  quick: { lines: 9_600, warmUpLines: 100, maxBytes: MiB / 4 },
};

/** One alone, a small cluster, and many more than there are cores. */
const processCounts = [1, 4, 16] as const;

export const processesScenario: Scenario = {
  name: 'processes',
  title: 'Several processes, one file',
  about: `1, 4 and 16 processes write ${sizes.full.lines.toLocaleString('en-US')} numbered lines between them to one file that rotates at ${sizes.full.maxBytes / MiB} MiB, as fast as they can, 100 in each turn of the
event loop; enough backups are kept for all of it. Each process first writes ${sizes.full.warmUpLines.toLocaleString('en-US')} lines to a file of its own, which
it opens twice so that its code is compiled, and is ended as its logger’s documentation asks. The clock runs from the common start until the last process has nothing left to write; only lines that are found
again, whole, count for the rate. A failed process is one that an error of its logger’s has ended, or that never came to an end;
what it had not written is lost.`,
  runs: { full: 3, quick: 1 },
  contestants: rivals.flatMap((row) => processCounts.map((processes) => contestant(row, processes))),
  columns: [
    { title: 'lines/s', figure: 'linesPerSecond', summary: 'median', digits: 0, withSpread: true },
    { title: '× its own alone', figure: 'linesPerSecond', summary: 'median', digits: 2, relativeTo: ownAlone },
    { title: '× ours', figure: 'linesPerSecond', summary: 'median', digits: 2, relativeTo: oursWithAsMany },
    { title: 'CPU µs/line', figure: 'cpuMicrosPerLine', summary: 'median', digits: 1 },
    { title: 'lost', figure: 'lost', summary: 'sum', digits: 0, of: 'emitted' },
    { title: 'torn', figure: 'torn', summary: 'sum', digits: 0 },
    { title: 'duplicated', figure: 'duplicated', summary: 'sum', digits: 0 },
    { title: 'largest file × cap', figure: 'largestFilePerCap', summary: 'highest', digits: 2 },
    { title: 'failed processes', figure: 'failed', summary: 'sum', digits: 0, of: 'processes' },
    { title: 'peak RSS MiB', figure: 'peakRssMiB', summary: 'highest', digits: 0 },
  ],
};

function contestant(row: RivalRow, processes: number): Contestant {
  return {
    name: nameOf(row.name, processes),
    packages: row.packages,
    ...(processes === 1 ? { note: row.note } : {}),
    ...('interpreter' in row ? { programs: [row.interpreter] } : {}),
    measure: async ({ size, directory }) => {
      const writers = startAll(row, processes, size, directory);
      try {
        return await race(writers, size, directory);
      } finally {
        for (const { kill } of writers) kill();
        await Promise.all(writers.map(({ written }) => written));
      }
    },
  };
}

function nameOf(rival: string, processes: number): string {
  return `${rival}, ${processes} ${processes === 1 ? 'process' : 'processes'}`;
}

/** The row that says how the same logger does in one process. */
function ownAlone(name: string): string {
  return name.replace(/\d+ process(es)?$/, '1 process');
}

function oursWithAsMany(name: string): string {
  return name.replace(/^.*(?=, \d+ process)/, 'ours');
}

function startAll(row: RivalRow, processes: number, size: Size, directory: string): readonly WritingProcess[] {
  const { lines, warmUpLines, maxBytes } = sizes[size];
  const share = lines / processes;
  const [command, program] = commandOf(row);
  return Array.from({ length: processes }, (_, index) =>
    startWritingProcess(command, [program], {
      rival: row.name,
      directory,
      warmUpDirectory: join(directory, `warm-up-${index}`),
      warmUpLines,
      firstLine: index * share,
      lines: share,
      maxBytes,
      backups: enoughBackups(lines, maxBytes),
    }),
  );
}

function commandOf(row: RivalRow): readonly [command: string, program: string] {
  if ('load' in row) return [process.execPath, fileURLToPath(new URL('program.ts', import.meta.url))];
  return [row.interpreter.find()?.path ?? row.interpreter.name, fileURLToPath(row.script)];
}

async function race(writers: readonly WritingProcess[], size: Size, directory: string): Promise<Sample> {
  const { lines, maxBytes } = sizes[size];
  await readyOrFailed(writers);
  const startedAt = performance.now();
  for (const { start } of writers) start();
  const written = await Promise.all(writers.map((writer) => writer.written));
  const wallMillis = Math.max(...written.map(({ endedAt }) => endedAt)) - startedAt;
  const { found, lost, torn, duplicated, files, largestFileBytes } = accountLines(directory, lines);
  return {
    processes: writers.length,
    failed: written.filter(({ hasFailed }) => hasFailed).length,
    emitted: lines,
    found,
    lost,
    torn,
    duplicated,
    files,
    linesPerSecond: found / (wallMillis / 1000),
    cpuMicrosPerLine: sum(written.map(({ cpuMicros }) => cpuMicros)) / lines,
    largestFilePerCap: largestFileBytes / maxBytes,
    peakRssMiB: Math.max(...written.map(({ peakRssKiB }) => peakRssKiB)) / 1024,
  };
}
