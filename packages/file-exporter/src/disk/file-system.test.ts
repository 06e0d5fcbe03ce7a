import { fstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { nodeFileSystem } from './file-system.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'file-system-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function open(name: string): number {
  return nodeFileSystem.openForAppend(join(directory, name), 0o640);
}

describe('a descriptor that is being synced', () => {
  test('is closed when the sync is over, and its number is nobody else’s until then', async () => {
    const descriptor = open('a');
    const synced = nodeFileSystem.syncLater(descriptor);
    nodeFileSystem.close(descriptor);
    const other = open('b');
    expect(other).not.toBe(descriptor);
    await synced;
    expect(() => fstatSync(descriptor)).toThrow('EBADF');
    nodeFileSystem.close(other);
  });

  test('stays open where nobody closes it', async () => {
    const descriptor = open('a');
    await nodeFileSystem.syncLater(descriptor);
    expect(nodeFileSystem.append(descriptor, Buffer.from('x'))).toBe(1);
    nodeFileSystem.close(descriptor);
    expect(() => fstatSync(descriptor)).toThrow('EBADF');
  });

  test('says so when it cannot be synced', async () => {
    const descriptor = open('a');
    nodeFileSystem.close(descriptor);
    await expect(nodeFileSystem.syncLater(descriptor)).rejects.toThrow('EBADF');
  });
});

test('what is not there is undefined, and no error', () => {
  const nowhere = join(directory, 'nowhere');
  expect(nodeFileSystem.openForReading(nowhere)).toBeUndefined();
  expect(nodeFileSystem.status(nowhere)).toBeUndefined();
  expect(nodeFileSystem.linkStatus(nowhere)).toBeUndefined();
  expect(nodeFileSystem.readFile(nowhere)).toBeUndefined();
});

test('a small file is not written through a link', () => {
  const [target, link] = [join(directory, 'target'), join(directory, 'link')];
  writeFileSync(target, 'kept');
  symlinkSync(target, link);
  expect(() => nodeFileSystem.writeFile(link, Buffer.from('overwritten'), 0o640)).toThrow('ELOOP');
  expect(readFileSync(target, 'utf8')).toBe('kept');
});
