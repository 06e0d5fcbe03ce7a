/**
 * One measured run of `emit`, in a process of its own: `program.ts <destination> <lines> <DestinationOptions as JSON>`.
 * Answers with an `Emitted` message. The clock runs from the first call until all lines are in the file.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { cpuMicros } from '../cpu-micros.ts';
import { peakRssKiB } from '../peak-rss.cjs';
import type { DestinationOptions } from './destination.ts';
import { destinations } from './destinations.ts';
import { emitLines } from './emit-lines.ts';

export interface Emitted {
  readonly wallMillis: number;
  /** User and system time of all threads. */
  readonly cpuMicros: number;
  readonly peakRssKiB: number;
  /** The longest time for which a timer had to wait. */
  readonly longestGapMillis: number;
}

const [, , name, lines, options = ''] = process.argv;
const row = destinations.find((candidate) => candidate.name === name);
if (row === undefined) throw new Error(`UNKNOWN_DESTINATION: there is no destination "${name}"`);
const open = await row.load();
// A worker thread that a logger writes in does not keep this process alive; the channel does, until the answer is given.
process.channel?.ref();
const emitted = await run(Number(lines));
process.send?.(emitted);
process.disconnect?.();

async function run(count: number): Promise<Emitted> {
  const destination = await open(JSON.parse(options) as DestinationOptions);
  const gaps = monitorEventLoopDelay({ resolution: 1 });
  gaps.enable();
  const cpuBefore = cpuMicros();
  const startedAt = performance.now();
  await emitLines(destination, 0, count);
  await destination.close();
  const wallMillis = performance.now() - startedAt;
  gaps.disable();
  return {
    wallMillis,
    cpuMicros: cpuMicros() - cpuBefore,
    peakRssKiB: peakRssKiB(),
    longestGapMillis: gaps.max / 1e6,
  };
}
