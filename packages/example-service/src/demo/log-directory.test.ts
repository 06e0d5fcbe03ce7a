import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { prepareLogDirectory } from './log-directory.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'log-directory-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('makes what is missing, and says where it is', async () => {
  const path = join(folder, 'a', 'b');
  expect(await prepareLogDirectory(relative(process.cwd(), path))).toBe(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('takes a directory that holds logs already', async () => {
  writeFileSync(join(folder, 'audit.log'), 'x\n');
  expect(await prepareLogDirectory(folder)).toBe(folder);
});

test.each([
  ['is a file', 'file', 'EEXIST'],
  ['lies below a file', 'file/logs', 'ENOTDIR'],
])('refuses what %s', async (...[, path, code]) => {
  writeFileSync(join(folder, 'file'), '');
  await expect(prepareLogDirectory(join(folder, path))).rejects.toMatchObject({
    message: expect.stringMatching(
      new RegExp(
        `^DEMO_DIRECTORY: cannot write log files in "${folder}/${path}": ${code} at ".*"\n  why   a file is in the way, .*\n  do    `,
      ),
    ),
    exitCode: 2,
  });
});

/** Root may write everywhere. */
test.skipIf(process.getuid?.() === 0)('refuses a directory, or a log in it, that it may not write', async () => {
  const readOnly = join(folder, 'read-only');
  mkdirSync(readOnly, { mode: 0o555 });
  await expect(prepareLogDirectory(readOnly)).rejects.toThrow(/: EACCES at ".*read-only"/);
  writeFileSync(join(folder, 'access.log'), '', { mode: 0o444 });
  await expect(prepareLogDirectory(folder)).rejects.toThrow(/: EACCES at ".*access\.log"/);
});
