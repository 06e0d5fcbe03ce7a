/** For commands that run some of the tests, here for sure: with what they wait for in place, and on the terminal of whoever asked. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `words` are files and flags of vitest. The status of this process is that of the tests. */
export function runTests(words: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project=system', ...words],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    },
  );
  process.exitCode = status ?? 1;
}
