/** The soak program starts, and ends as its help says. What it runs is tested where it lies. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

function soak(...args: readonly string[]) {
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

test('shows its help', () => {
  expect(soak('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: npm run soak') });
});

test('ends with 1, and the remedy on stderr, where it does not understand', () => {
  expect(soak('--only', 'everything')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^UNKNOWN_PART: [^]+choose from differential, model, chaos, compression, strangers, outage\n$/,
    ),
  });
});
