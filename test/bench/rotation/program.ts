/** One measured run of `rotation`, in a process of its own: `program.ts <step> <directory> <millis>`. Answers with a `Timed` message. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

import { steps } from './steps.ts';

export interface Timed {
  readonly medianMicros: number;
  readonly p99Micros: number;
  readonly count: number;
}

const [, , name, directory = '', millis] = process.argv;
const row = steps.find((candidate) => candidate.name === name);
if (row === undefined) throw new Error(`UNKNOWN_STEP: there is no step "${name}"`);
const step = row.prepare(directory);
repeat(step, Number(millis) / 4, createHistogram());
const times = createHistogram();
repeat(step, Number(millis), times);
process.send?.({
  medianMicros: times.percentile(50) / 1e3,
  p99Micros: times.percentile(99) / 1e3,
  count: times.count,
} satisfies Timed);
process.disconnect?.();

function repeat(action: () => void, forMillis: number, into: RecordableHistogram): void {
  for (const end = performance.now() + forMillis; performance.now() < end;) {
    const before = process.hrtime.bigint();
    action();
    into.record(process.hrtime.bigint() - before);
  }
}
