import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { accountLines } from './account-lines.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'account-lines-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const json = (sequence: number) => `{"msg":"UPDATE seq=${sequence}"}\n`;
const text = (sequence: number) => `[2026-11-24 10:00:00] INFO in users (update:42): UPDATE seq=${sequence} ip=x\n`;

function write(name: string, ...lines: string[]): void {
  writeFileSync(join(directory, name), lines.join(''));
}

test('finds every line over several files, in JSON and in text', () => {
  write('a.log', json(3), text(2));
  write('a.log.1', json(0), json(1));
  expect(accountLines(directory, 4)).toEqual({
    found: 4,
    lost: 0,
    torn: 0,
    duplicated: 0,
    files: 2,
    largestFileBytes: Buffer.byteLength(json(3) + text(2)),
    bytesPerLine: (3 * json(0).length + text(2).length) / 4,
  });
});

test('counts what is missing', () => {
  write('a.log', json(0), json(2));
  expect(accountLines(directory, 5)).toMatchObject({ found: 2, lost: 3, torn: 0 });
});

test('counts an event once, and says how often it came again', () => {
  write('a.log', json(0), json(0), json(1), json(0));
  expect(accountLines(directory, 2)).toMatchObject({ found: 2, lost: 0, duplicated: 2 });
});

test.each([
  ['half an object', json(1).slice(0, 20), 1],
  ['the beginning of one, without its number', json(1).slice(0, 9), 1],
  ['the rest of one', `${json(1).slice(9)}`, 1],
  ['two objects in one line', `${json(0).trimEnd()}${json(1)}`, 2],
  ['a whole object without its newline', json(1).trimEnd(), 1],
  ['a text line inside another', `${text(0).trimEnd()}${text(1)}`, 2],
  ['a text line without its newline', text(1).trimEnd(), 1],
  ['an event that nobody emitted', json(7), 2],
])('%s is torn, and the event it was to hold is lost', (_, fragment, lost) => {
  write('a.log', ...(lost === 1 ? [json(0)] : []), fragment);
  expect(accountLines(directory, 2)).toMatchObject({ found: 2 - lost, lost, torn: 1 });
});

test('leaves files and records alone that are not of the run', () => {
  write('application.log', '[2026-11-24 10:00:00] INFO in boot (-:0): started\n');
  write('.hidden', 'seq=0');
  write('a.log', json(0));
  expect(accountLines(directory, 1)).toMatchObject({ found: 1, torn: 0, files: 1 });
});
