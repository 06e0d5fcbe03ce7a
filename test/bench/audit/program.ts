/**
 * One measured run of `audit`, in a process of its own: `program.ts <trail> <directory> <warm-up records> <records>`, after
 * `--import count-syncs.ts`. Answers with a `Recorded` message.
 */
import { createHistogram } from 'node:perf_hooks';

import { cpuMicros } from '../cpu-micros.ts';
import { peakRssKiB } from '../peak-rss.cjs';
import { syncsSoFar } from './count-syncs.ts';
import type { Trail } from './trail.ts';
import { trails } from './trails.ts';

export interface Recorded {
  readonly wallMillis: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly cpuMicros: number;
  readonly syncs: number;
  readonly peakRssKiB: number;
}

/** Each asks for its next record when it has been told of the last. */
const callers = 64;

const [, , name, directory = '', warmUpRecords, records] = process.argv;
const row = trails.find((candidate) => candidate.name === name);
if (row === undefined) throw new Error(`UNKNOWN_TRAIL: there is no trail "${name}"`);
const open = await row.load();
const trail = await open(directory);
await recordAll(trail, 0, Number(warmUpRecords));
const recorded = await recordAll(trail, Number(warmUpRecords), Number(records));
await trail.close();
process.send?.(recorded);
process.disconnect?.();

async function recordAll({ record }: Trail, first: number, count: number): Promise<Recorded> {
  const latencies = createHistogram();
  const cpuBefore = cpuMicros();
  const syncsBefore = syncsSoFar();
  let next = first;
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: callers }, recordWhileAnyIsLeft));
  return {
    wallMillis: performance.now() - startedAt,
    p50Millis: latencies.percentile(50) / 1e6,
    p99Millis: latencies.percentile(99) / 1e6,
    cpuMicros: cpuMicros() - cpuBefore,
    syncs: syncsSoFar() - syncsBefore,
    peakRssKiB: peakRssKiB(),
  };

  async function recordWhileAnyIsLeft(): Promise<void> {
    while (next < first + count) {
      const calledAt = process.hrtime.bigint();
      await record(next++);
      latencies.record(process.hrtime.bigint() - calledAt);
    }
  }
}
