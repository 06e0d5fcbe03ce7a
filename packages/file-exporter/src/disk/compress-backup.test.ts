import { gunzipSync } from 'node:zlib';

import { beforeEach, expect, test } from 'vitest';

import { MemoryDisk, osError } from '../model/memory-disk.ts';
import { compressBackup, gzipInBackground, type CompressedBackup } from './compress-backup.ts';
import type { FileSystem } from './file-system.ts';

let disk: MemoryDisk;
let fileSystem: FileSystem;
/** More than is read at once. */
const text = 'a line\n'.repeat(100_000);

beforeEach(() => {
  disk = new MemoryDisk();
  const onDisk = disk.startProcess().fileSystem;
  fileSystem = { ...onDisk, syncLater: async (descriptor) => onDisk.sync(descriptor) };
  fileSystem.writeFile('/a.log.2', Buffer.from(text), 0o640);
});

function compress(faults: Partial<FileSystem> = {}): Promise<CompressedBackup | undefined> {
  const ports = { fileSystem: { ...fileSystem, ...faults }, gzip: gzipInBackground };
  return compressBackup(ports, '/a.log.2', '/a.log.gz', (backup) => backup);
}

test('a backup is compressed, whatever was left of an attempt before', async () => {
  fileSystem.writeFile('/a.log.gz', Buffer.from('half of it'), 0o640);
  expect(await compress()).toEqual({
    original: fileSystem.status('/a.log.2'),
    compressed: fileSystem.status('/a.log.gz'),
  });
  expect(gunzipSync(disk.contentOf('/a.log.gz') ?? '').toString()).toBe(text);
});

test.each(['/a.log.3', '/empty'])('there is nothing to compress in %s', async (path) => {
  fileSystem.writeFile('/empty', Buffer.alloc(0), 0o640);
  const ports = { fileSystem, gzip: gzipInBackground };
  expect(await compressBackup(ports, path, '/a.log.gz', () => 'taken')).toBeUndefined();
});

test.each(['read', 'append', 'setModeAndOwner', 'syncLater', 'syncDirectory'] as const)(
  'says so where the disk fails it (%s), and leaves nothing open',
  async (operation) => {
    let calls = 0;
    const fail = (): never => {
      throw osError('EIO', `${operation} ${++calls}`);
    };
    const opened: number[] = [];
    const counted: Partial<FileSystem> = {
      openForAppend: (...given) => opened[opened.push(fileSystem.openForAppend(...given)) - 1]!,
      close: (descriptor) => void opened.splice(opened.indexOf(descriptor), 1),
    };
    await expect(compress({ ...counted, [operation]: fail })).rejects.toThrow(`EIO: ${operation} 1`);
    expect(opened).toEqual([]);
  },
);

test('says so where the disk fails it in the middle', async () => {
  const compressed = compress({
    read(descriptor, into, position) {
      if (position > 0) throw osError('EIO', 'read');
      return fileSystem.read(descriptor, into, position);
    },
  });
  await expect(compressed).rejects.toThrow('EIO');
});
