/** One measured run of `verify`, in a process of its own: `program.ts <verifier> <path of the newest file>`. Answers with a `Verified` message. */
import { cpuMicros } from '../cpu-micros.ts';
import { peakRssKiB } from '../peak-rss.cjs';
import { verifiers } from './verifiers.ts';

export interface Verified {
  readonly lines: number;
  readonly wallMillis: number;
  readonly cpuMicros: number;
  readonly peakRssKiB: number;
}

const [, , name, path = ''] = process.argv;
const row = verifiers.find((candidate) => candidate.name === name);
if (row === undefined) throw new Error(`UNKNOWN_VERIFIER: there is no verifier "${name}"`);
const verifier = await row.load();
const cpuBefore = cpuMicros();
const startedAt = performance.now();
const lines = await verifier(path);
process.send?.({
  lines,
  wallMillis: performance.now() - startedAt,
  cpuMicros: cpuMicros() - cpuBefore,
  peakRssKiB: peakRssKiB(),
} satisfies Verified);
process.disconnect?.();
