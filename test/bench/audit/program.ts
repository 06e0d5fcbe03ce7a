/**
 * One measured run of `audit`, in a process of its own: `program.ts <trail> <directory> <warm-up ms> <measured ms>`, after
 * `--import count-syncs.ts`. Answers with a `Recorded` message.
 */
import { createHistogram } from 'node:perf_hooks';

import { cpuMicros } from '../cpu-micros.ts';
import { peakRssKiB } from '../peak-rss.cjs';
import { syncsSoFar } from './count-syncs.ts';
import type { Trail } from './trail.ts';
import { trails } from './trails.ts';

export interface Recorded {
  /** Those of the warm-up included. */
  readonly total: number;
  readonly records: number;
  readonly wallMillis: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly cpuMicros: number;
  readonly syncs: number;
  readonly peakRssKiB: number;
}

/** Each asks for its next record when it has been told of the last. */
const callers = 64;

const [, , name, directory = '', warmUpMillis, measuredMillis] = process.argv;
const row = trails.find((candidate) => candidate.name === name);
if (row === undefined) throw new Error(`UNKNOWN_TRAIL: there is no trail "${name}"`);
const open = await row.load();
const trail = await open(directory);
const warmedUp = await recordAll(trail, 0, Number(warmUpMillis));
const recorded = await recordAll(trail, warmedUp.records, Number(measuredMillis));
await trail.close();
process.send?.({ ...recorded, total: warmedUp.records + recorded.records } satisfies Recorded);
process.disconnect?.();

async function recordAll({ record }: Trail, first: number, millis: number): Promise<Omit<Recorded, 'total'>> {
  const latencies = createHistogram();
  const cpuBefore = cpuMicros();
  const syncsBefore = syncsSoFar();
  let next = first;
  const startedAt = process.hrtime.bigint();
  const end = startedAt + BigInt(millis) * 1_000_000n;
  await Promise.all(Array.from({ length: callers }, recordUntilTheEnd));
  return {
    records: next - first,
    wallMillis: Number(process.hrtime.bigint() - startedAt) / 1e6,
    p50Millis: latencies.percentile(50) / 1e6,
    p99Millis: latencies.percentile(99) / 1e6,
    cpuMicros: cpuMicros() - cpuBefore,
    syncs: syncsSoFar() - syncsBefore,
    peakRssKiB: peakRssKiB(),
  };

  async function recordUntilTheEnd(): Promise<void> {
    for (let calledAt = startedAt; calledAt < end;) {
      await record(next++);
      const answeredAt = process.hrtime.bigint();
      latencies.record(answeredAt - calledAt);
      calledAt = answeredAt;
    }
  }
}
