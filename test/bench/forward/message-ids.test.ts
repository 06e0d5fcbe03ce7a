import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { MessageIds } from './message-ids.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'message-ids-'));
  file = join(directory, 'messages.ndjson');
});
afterEach(() => rmSync(directory, { recursive: true }));

function line(id: string, message = 'ü'): string {
  return `${JSON.stringify({ message: JSON.stringify({ message, 'event.id': id }) })}\n`;
}

test('counts a record once, and each of its messages', () => {
  const ids = new MessageIds(file);
  appendFileSync(file, line('a-1') + line('a-2') + line('a-1'));
  expect([...ids.readOn()]).toEqual(['a-1', 'a-2']);
  expect(ids.total).toBe(3);
});

test('counts a message when all of it is there', () => {
  const ids = new MessageIds(file);
  expect(ids.readOn().size).toBe(0);
  const middleOfId = line('a-1').indexOf('a-1') + 1;
  appendFileSync(file, line('a-1').slice(0, middleOfId));
  expect(ids.readOn().size).toBe(0);
  appendFileSync(file, line('a-1').slice(middleOfId) + line('a-2'));
  expect([...ids.readOn()]).toEqual(['a-1', 'a-2']);
});

test('reads more than it reads at once', () => {
  const ids = new MessageIds(file);
  const records = Array.from({ length: 3_000 }, (_, index) => index.toString(16));
  appendFileSync(file, records.map((id) => line(id, 'x'.repeat(900))).join(''));
  expect([...ids.readOn()]).toEqual(records);
});

test('does not pass over what has no id', () => {
  appendFileSync(file, line('a-1') + '{"message":"half a document"}\n');
  expect(() => new MessageIds(file).readOn()).toThrow('MESSAGE_WITHOUT_ID');
});
