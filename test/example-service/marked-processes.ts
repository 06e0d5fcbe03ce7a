/** What a test has started and what that has started in turn, told apart by a marker that they all inherit. */
import { execFileSync } from 'node:child_process';

/** Pid and command of each process that has `marker`, which is no word of anything else, in its arguments or environment. */
export function processesMarked(marker: string): string[] {
  // In BSD style, so that Linux and macOS both show the environment.
  const all = execFileSync('ps', ['axeww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return all
    .split('\n')
    .filter((line) => line.includes(marker))
    .map((line) => line.trim().slice(0, 200));
}
