import { hash } from 'node:crypto';

import { beforeEach, describe, expect, test } from 'vitest';

import { MemoryDisk, osError } from '../model/memory-disk.ts';
import type { FileSystem } from './file-system.ts';
import { repairTornTail } from './torn-tail.ts';

let disk: MemoryDisk;
let fileSystem: FileSystem;

beforeEach(() => {
  disk = new MemoryDisk();
  ({ fileSystem } = disk.startProcess());
});

function repair(text: string, faults: Partial<FileSystem> = {}): ReturnType<typeof repairTornTail> {
  fileSystem.writeFile('/a', Buffer.from(text), 0o640);
  const descriptor = fileSystem.openForAppend('/a', 0o640);
  return repairTornTail({ ...fileSystem, ...faults }, descriptor, Buffer.byteLength(text), '/torn', 0o640);
}

const append: FileSystem['append'] = () => {
  throw osError('ENOSPC');
};

function read(path: string): string | undefined {
  return disk.find(path)?.bytes.toString();
}

describe('a file that ends in half a line', () => {
  test('is cut back to its last newline, and the half line is kept elsewhere', () => {
    expect(repair('whole\nhälf')).toEqual({ bytes: 5, sha256: hash('sha256', 'hälf') });
    expect(read('/a')).toBe('whole\n');
    expect(read('/torn')).toBe('hälf');
  });

  test('adds to what is kept already', () => {
    repair('a\none');
    repair('a\ntwo');
    expect(read('/torn')).toBe('onetwo');
  });

  test('is left alone while the half line cannot be kept', () => {
    expect(() => repair('whole\nhalf', { append })).toThrow('ENOSPC');
    expect(read('/a')).toBe('whole\nhalf');
  });

  test('leaves no descriptor open, whether it can be repaired or not', () => {
    const process = disk.startProcess();
    ({ fileSystem } = process);
    repair('whole\nhalf');
    expect(process.descriptors).toBe(1);
    expect(() => repair('whole\nhalf', { append })).toThrow('ENOSPC');
    expect(process.descriptors).toBe(2);
  });
});

test.each(['', 'whole\n', 'a\nb\n'])('a file of %j has no half line', (text) => {
  expect(repair(text)).toBeUndefined();
  expect(read('/a')).toBe(text);
  expect(read('/torn')).toBeUndefined();
});
