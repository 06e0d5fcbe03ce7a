import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { MemoryDisk } from '../model/memory-disk.ts';
import { endOfLastLine, firstLines, linesBackwards } from './last-line.ts';

/** A file of these bytes, open. */
function opened(text: string): {
  disk: ReturnType<MemoryDisk['startProcess']>['fileSystem'];
  descriptor: number;
  size: number;
} {
  const { fileSystem: disk } = new MemoryDisk().startProcess();
  const bytes = Buffer.from(text);
  disk.writeFile('/a', bytes, 0o640);
  return { disk, descriptor: disk.openForAppend('/a', 0o640), size: bytes.length };
}

function textOf(lines: Iterable<Uint8Array>): string[] {
  return Array.from(lines, (line) => Buffer.from(line).toString());
}

/** Lengths around the blocks in which files are read. */
const line = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.integer({ min: 4090, max: 4100 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 8188, max: 8196 }).map((length) => 'y'.repeat(length)),
);
const lines = fc.array(
  line.map((text) => text.replaceAll('\n', '')),
  { maxLength: 6 },
);

describe('the end of the last line', () => {
  test('is behind the last newline, wherever blocks begin', () => {
    fc.assert(
      fc.property(lines, line, (whole, rest) => {
        const text = whole.map((each) => `${each}\n`).join('');
        const { disk, descriptor, size } = opened(text + rest.replaceAll('\n', ''));
        expect(endOfLastLine(disk, descriptor, size)).toBe(Buffer.byteLength(text));
      }),
    );
  });

  test.each([
    ['an empty file', '', 0],
    ['a file without a newline', 'half', 0],
    ['a file that ends in one', 'a\nb\n', 4],
    ['a file of one newline', '\n', 1],
  ])('of %s', (...[, text, end]) => {
    const { disk, descriptor, size } = opened(text);
    expect(endOfLastLine(disk, descriptor, size)).toBe(end);
  });
});

test('read backwards, the lines are those of the file, the last one first', () => {
  fc.assert(
    fc.property(lines, (whole) => {
      const { disk, descriptor, size } = opened(whole.map((each) => `${each}\n`).join(''));
      expect(textOf(linesBackwards(disk, descriptor, size))).toEqual(whole.toReversed());
    }),
  );
});

test('reads no further back than it is asked', () => {
  const { disk, descriptor, size } = opened(`${'x'.repeat(10_000)}\nlast\n`);
  const positions: number[] = [];
  const read: typeof disk.read = (...args) => {
    positions.push(args[2]);
    return disk.read(...args);
  };
  const [last] = linesBackwards({ read }, descriptor, size);
  expect(textOf([last ?? new Uint8Array()])).toEqual(['last']);
  expect(Math.min(...positions)).toBeGreaterThan(5_000);
});

describe('the first lines', () => {
  test('are the whole ones', () => {
    const { disk, descriptor, size } = opened('one\ntwo\n\nhalf');
    expect(textOf(firstLines(disk, descriptor, size))).toEqual(['one', 'two', '']);
  });

  test('are none where there is no newline in the first MiB', () => {
    const { disk, descriptor, size } = opened(`${'x'.repeat(1024 * 1024)}\n`);
    expect(textOf(firstLines(disk, descriptor, size))).toEqual([]);
  });
});
