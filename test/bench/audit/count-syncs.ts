/** Counts how often this process asks for the platter. Loaded before anything else, since modules keep the functions they find. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let count = 0;

for (const name of ['fsync', 'fdatasync', 'fsyncSync', 'fdatasyncSync'] as const) {
  const sync = fs[name] as (...args: unknown[]) => unknown;
  Reflect.set(fs, name, (...args: unknown[]) => {
    count++;
    return sync(...args);
  });
}
syncBuiltinESMExports();

export function syncsSoFar(): number {
  return count;
}
