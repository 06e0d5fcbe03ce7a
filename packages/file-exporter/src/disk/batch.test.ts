import { describe, expect, test } from 'vitest';

import { trailStart, type TrailHead } from '../trail/seal.ts';
import { sealLine } from '../trail/seal.test-setup.ts';
import { Batch } from './batch.ts';

function batchOf(head: TrailHead | undefined, ...lines: string[]): Batch {
  const batch = new Batch(head);
  for (const line of lines) batch.push(Buffer.from(line));
  return batch;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('a batch', () => {
  test('is its lines, one after the other, however long they are', () => {
    const long = `${'é'.repeat(200_000)}\n`;
    const batch = batchOf(undefined, 'a\n', long, 'b\n');
    expect(textOf(batch.bytes)).toBe(`a\n${long}b\n`);
    expect(textOf(batch.last)).toBe('b\n');
    expect(batch).toHaveLength(3);
  });

  test('seals each line after the one before', () => {
    const [one, two] = ['{"a": 1}\n', '{"a": 2}\n'];
    const first = sealLine(one, trailStart);
    const second = sealLine(two, first.head);
    const batch = batchOf(trailStart, one, two);
    expect(textOf(batch.bytes)).toBe(first.line + second.line);
    expect(batch.head).toEqual(second.head);
  });

  test('without its newest line is as it was before', () => {
    const batch = batchOf(trailStart, '{"a": 1}\n', '{"a": 2}\n');
    batch.pop();
    const { line, head } = sealLine('{"a": 1}\n', trailStart);
    expect(textOf(batch.bytes)).toBe(line);
    expect(batch.head).toEqual(head);
  });

  test.each([
    [0, false, { lines: 0, bytes: 0 }],
    [3, false, { lines: 1, bytes: 3 }],
    [5, false, { lines: 1, bytes: 3 }],
    [5, true, { lines: 2, bytes: 6 }],
    [6, false, { lines: 2, bytes: 6 }],
  ])('of which %i bytes were written; a line that lacks its newline counts: %s', (written, areEnded, whole) => {
    expect(batchOf(undefined, 'aa\n', 'bb\n').wholeWithin(written, areEnded)).toEqual(whole);
  });
});
