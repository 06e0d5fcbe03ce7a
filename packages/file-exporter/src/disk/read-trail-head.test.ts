import { beforeEach, describe, expect, test } from 'vitest';

import { MemoryDisk } from '../model/memory-disk.ts';
import { hashOfLine, trailStart, type TrailHead } from '../trail/seal.ts';
import { sealLine } from '../trail/seal.test-setup.ts';
import type { FileSystem } from './file-system.ts';
import { readTrailHead } from './read-trail-head.ts';

let disk: MemoryDisk;
let fileSystem: FileSystem;
let written: TrailHead;

beforeEach(() => {
  disk = new MemoryDisk();
  ({ fileSystem } = disk.startProcess());
  written = trailStart;
});

/** So many lines of the trail, in a file. */
function write(path: string, lines: number, end: string = ''): void {
  let text = '';
  for (let count = 0; count < lines; count++) {
    const { line, head } = sealLine('{"a": 1}\n', written);
    text += line;
    written = head;
  }
  fileSystem.writeFile(path, Buffer.from(text + end), 0o640);
}

function readHead(backups: number = 3): TrailHead {
  return readTrailHead(fileSystem, backups, (number) => (number === 0 ? '/a' : `/a.${number}`));
}

describe('where a trail stands', () => {
  test('is after the last line of the file', () => {
    write('/a', 3);
    expect(readHead()).toEqual(written);
    expect(written.seq).toBe(3);
  });

  test('is after the last of the newest backup that has any, where the file has none and a number is missing', () => {
    write('/a.3', 2);
    write('/a.1', 0);
    write('/a', 0);
    expect(readHead(3)).toEqual(written);
    expect(readHead(2)).toEqual(trailStart);
  });

  test('is at the start where there is nothing', () => {
    expect(readHead()).toEqual(trailStart);
  });

  test('holds lines that others have appended, and counts them not', () => {
    write('/a', 2, 'theirs\n');
    expect(readHead()).toEqual({ seq: 2, hash: hashOfLine('theirs') });
  });

  test('holds what was there before the trail', () => {
    write('/a', 0, 'older\n');
    expect(readHead()).toEqual({ seq: 0, hash: hashOfLine('older') });
  });

  test('is before half a line, wherever that has come from', () => {
    write('/a', 2, '{"half": ');
    expect(readHead()).toEqual(written);
  });

  test('leaves no descriptor open, however early it knows', () => {
    const process = disk.startProcess();
    ({ fileSystem } = process);
    write('/a', 3);
    readHead();
    expect(process.descriptors).toBe(0);
  });
});
