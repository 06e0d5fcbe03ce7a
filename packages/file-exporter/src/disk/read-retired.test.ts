import { gzipSync } from 'node:zlib';

import { beforeEach, describe, expect, test } from 'vitest';

import { MemoryDisk } from '../model/memory-disk.ts';
import { hashOfLine, type TrailHead } from '../trail/seal.ts';
import { sealLine } from '../trail/seal.test-setup.ts';
import type { FileSystem } from './file-system.ts';
import { readRetired } from './read-retired.ts';

let fileSystem: FileSystem;

beforeEach(() => {
  ({ fileSystem } = new MemoryDisk().startProcess());
});

/** Lines 5 to 7 of a trail, and where it stands after them. */
function sealedLines(): { lines: string; head: TrailHead } {
  let head: TrailHead = { seq: 4, hash: 'f'.repeat(64) };
  let lines = '';
  for (let count = 0; count < 3; count++) {
    const sealed = sealLine('{"a": 1}\n', head);
    lines += sealed.line;
    head = sealed.head;
  }
  return { lines, head };
}

function read(text: string): ReturnType<typeof readRetired> {
  fileSystem.writeFile('/a.log.3', Buffer.from(text), 0o640);
  return readRetired(fileSystem, '/a.log.3');
}

describe('what is retired', () => {
  test('has the numbers of its first and last line, and the hash of the last', () => {
    const { lines, head } = sealedLines();
    expect(read(lines)).toEqual({ file: 'a.log.3', firstSeq: 5, lastSeq: 7, lastHash: head.hash });
  });

  test('may begin and end with lines that have no seal, of which the last is the one that the next file holds', () => {
    const { lines } = sealedLines();
    expect(read(`theirs\n${lines}theirs too\n`)).toEqual({
      file: 'a.log.3',
      firstSeq: 5,
      lastSeq: 7,
      lastHash: hashOfLine('theirs too'),
    });
  });

  test('does not end in half a line', () => {
    const { lines, head } = sealedLines();
    expect(read(`${lines}{"half": `)?.lastHash).toBe(head.hash);
  });

  test.each(['', 'theirs\n', 'half'])('is nothing of the trail in a file of %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  test('is the same of a compressed file, and nothing of one that was spoilt', () => {
    const { lines, head } = sealedLines();
    const compressed = gzipSync(lines);
    fileSystem.writeFile('/a.log.3.gz', compressed, 0o640);
    expect(readRetired(fileSystem, '/a.log.3.gz')).toMatchObject({ firstSeq: 5, lastSeq: 7, lastHash: head.hash });
    fileSystem.writeFile('/a.log.3.gz', compressed.subarray(0, -9), 0o640);
    expect(readRetired(fileSystem, '/a.log.3.gz')).toBeUndefined();
  });

  test('is nothing where there is no file', () => {
    expect(readRetired(fileSystem, '/a.log.3')).toBeUndefined();
  });
});
