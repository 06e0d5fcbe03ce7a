import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { steps } from './steps.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'steps-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The files of the log, by name, and how many lines each has. */
function linesByFile(): Readonly<Record<string, number>> {
  const names = readdirSync(directory).filter((name) => /^a\.log(\.\d+)?$/.test(name));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(directory, name), 'utf8').split('\n').length - 1]),
  );
}

function inodesByFile(): ReadonlyMap<string, number> {
  return new Map(Object.keys(linesByFile()).map((name) => [name, statSync(join(directory, name)).ino]));
}

const rotating = steps.filter(({ name }) => name.includes('backups'));
const appending = steps.filter(({ name }) => name.startsWith('a turn') && !name.includes('backups'));

test('there are steps of each kind', () => {
  expect([rotating.length, appending.length]).toEqual([6, 2]);
});

test.each(rotating)('$name: each time all files move on by one, and every file is of one line', ({ name, prepare }) => {
  const step = prepare(directory);
  const backups = Number(/(\d+) backups/.exec(name)?.[1]);
  const before = linesByFile();
  expect(Object.keys(before)).toHaveLength(backups + 1);
  const inodes = inodesByFile();
  step();
  expect(linesByFile()).toEqual(before);
  expect(inodesByFile().get('a.log.1')).toBe(inodes.get('a.log'));
  expect(inodesByFile().get(`a.log.${backups}`)).toBe(inodes.get(`a.log.${backups - 1}`));
  step();
  expect(linesByFile()).toEqual(before);
});

test.each(appending)('$name: each time one line is added to one file', ({ prepare }) => {
  const step = prepare(directory);
  step();
  step();
  expect(linesByFile()).toEqual({ 'a.log': 2 });
});
