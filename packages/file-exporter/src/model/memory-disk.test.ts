import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { nodeFileSystem, type FileSystem } from '../disk/file-system.ts';
import { MemoryDisk } from './memory-disk.ts';

const root = '/disk';
const names = ['a', 'b', 'folder', 'folder/a', 'link', 'missing/a'];
const name = fc.constantFrom(...names);
const text = fc.string({ unit: fc.constantFrom('x', 'é', '\n'), maxLength: 5 });

/** An operation, on whatever disk: a file it is about, its other argument, and what shows of it. */
type Operation = (at: (path: string) => string, disk: FileSystem, descriptors: number[]) => unknown;

const operation: fc.Arbitrary<readonly [shown: string, Operation]> = fc
  .tuple(name, name, text, fc.nat({ max: 4 }), fc.nat({ max: 9 }))
  .chain(([path, other, bytes, which, size]) => {
    const descriptorOf = (descriptors: number[]) => descriptors[which] ?? 999;
    const operations: Readonly<Record<string, Operation>> = {
      openForAppend: (at, disk, descriptors) => {
        descriptors.push(disk.openForAppend(at(path), 0o640));
      },
      openForReading: (at, disk) => {
        const descriptor = disk.openForReading(at(path));
        if (descriptor === undefined) return undefined;
        const status = shown(disk.descriptorStatus(descriptor));
        disk.close(descriptor);
        return status;
      },
      close: (...[, disk, descriptors]) => {
        disk.close(descriptorOf(descriptors));
        descriptors.splice(which, 1);
      },
      status: (at, disk) => shown(disk.status(at(path))),
      linkStatus: (at, disk) => shown(disk.linkStatus(at(path))),
      isStillNamed: (at, disk, descriptors) =>
        disk.descriptorStatus(descriptorOf(descriptors)).inode === disk.status(at(path))?.inode,
      append: (...[, disk, descriptors]) => disk.append(descriptorOf(descriptors), Buffer.from(bytes)),
      read: (...[, disk, descriptors]) => {
        const into = new Uint8Array(4);
        return [disk.read(descriptorOf(descriptors), into, size), ...into];
      },
      truncate: (...[, disk, descriptors]) => {
        const descriptor = descriptorOf(descriptors);
        if (disk.descriptorStatus(descriptor).size >= size) disk.truncate(descriptor, size);
      },
      // Of files, within a directory: the only renames that the writer makes.
      rename: (at, disk) =>
        disk.rename(at(path.replace(/folder.*|missing.*/, 'a')), at(other.replace(/folder.*|missing.*/, 'b'))),
      remove: (at, disk) => disk.remove(at(path)),
      list: (at, disk) => disk.list(at('folder')).toSorted(),
      makeDirectory: (at, disk) => disk.makeDirectory(at(path.replace('link', 'folder/b')), 0o750),
      readFile: (at, disk) => disk.readFile(at(path))?.join(),
      writeFile: (at, disk) => disk.writeFile(at(path), Buffer.from(bytes), 0o640),
    };
    return fc
      .constantFrom(...Object.entries(operations))
      .map(([type, run]) => [`${type} ${path} ${other} ${which}`, run]);
  });

describe('the disk in memory', () => {
  test('does what the real one does', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const folder = mkdtempSync(join(tmpdir(), 'memory-disk-'));
        const real = { at: (path: string) => join(folder, path), disk: nodeFileSystem, descriptors: [] as number[] };
        const memory = { at: (path: string) => `${root}/${path}`, disk: inMemory(), descriptors: [] as number[] };
        symlinkSync(real.at('a'), real.at('link'));
        nodeFileSystem.makeDirectory(real.at('folder'), 0o750);
        try {
          for (const [what, run] of operations) {
            const [ours, theirs] = [memory, real].map(({ at, disk, descriptors }) =>
              outcome(() => run(at, disk, descriptors)),
            );
            expect(ours, what).toEqual(theirs);
          }
        } finally {
          for (const descriptor of real.descriptors) nodeFileSystem.close(descriptor);
          rmSync(folder, { recursive: true });
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  test('gives the number of an inode again at once, but not while somebody holds it open', () => {
    const { fileSystem } = new MemoryDisk().startProcess();
    const first = fileSystem.openForAppend('/a', 0o640);
    const { inode } = fileSystem.descriptorStatus(first);
    fileSystem.remove('/a');
    fileSystem.writeFile('/b', Buffer.of(), 0o640);
    expect(fileSystem.status('/b')?.inode).not.toBe(inode);
    fileSystem.close(first);
    fileSystem.writeFile('/c', Buffer.of(), 0o640);
    expect(fileSystem.status('/c')?.inode).toBe(inode);
  });

  test('takes of a write what there is room for, and refuses when there is none', () => {
    const disk = new MemoryDisk();
    const { fileSystem } = disk.startProcess();
    const descriptor = fileSystem.openForAppend('/a', 0o640);
    disk.capacity = 3;
    expect(fileSystem.append(descriptor, Buffer.from('abcd'))).toBe(3);
    expect(() => fileSystem.append(descriptor, Buffer.from('d'))).toThrow('ENOSPC');
    expect(disk.find('/a')?.bytes.toString()).toBe('abc');
  });

  test('frees what a process held when it ends: its lock, and files without a name', () => {
    const disk = new MemoryDisk();
    const [one, other] = [disk.startProcess(), disk.startProcess()];
    const descriptor = one.fileSystem.openForAppend('/a', 0o640);
    one.fileSystem.append(descriptor, Buffer.from('abc'));
    one.fileSystem.remove('/a');
    expect(one.openLock('/locks/a').acquire(0)).toBe(true);
    const lock = other.openLock('/locks/a');
    expect(lock.acquire(0)).toBe(false);
    expect(disk.used).toBe(3);
    one.end();
    expect(lock.acquire(0)).toBe(true);
    expect(disk.used).toBe(0);
  });

  test('keeps what was synced when the power is lost, and as much more as it is told to', () => {
    expect(leftBy(() => 0)).toBe('a: synced');
    expect(leftBy((count) => count - 1)).toBe('b: synced, unsynced');
  });

  test('has lost for good what a failed sync was to save', async () => {
    const disk = new MemoryDisk();
    const { fileSystem } = disk.startProcess();
    const descriptor = fileSystem.openForAppend('/a', 0o640);
    fileSystem.append(descriptor, Buffer.from('lost'));
    const failing = fileSystem.syncLater(descriptor);
    disk.endSyncs(new Error('EIO'));
    await expect(failing).rejects.toThrow('EIO');
    fileSystem.append(descriptor, Buffer.from('kept'));
    fileSystem.sync(descriptor);
    fileSystem.syncDirectory('/');
    disk.losePower(() => 0);
    expect(disk.find('/a')?.bytes.toString()).toBe('\0\0\0\0kept');
  });
});

/** What a loss of power leaves of a file whose last words and whose new name were not synced. */
function leftBy(choose: (count: number) => number): string | undefined {
  const disk = new MemoryDisk();
  const { fileSystem } = disk.startProcess();
  const descriptor = fileSystem.openForAppend('/a', 0o640);
  fileSystem.append(descriptor, Buffer.from('synced'));
  fileSystem.sync(descriptor);
  fileSystem.syncDirectory('/');
  fileSystem.append(descriptor, Buffer.from(', unsynced'));
  fileSystem.rename('/a', '/b');
  disk.losePower(choose);
  const [left = ''] = disk.root.entries.keys();
  return `${left}: ${disk.root.entries.get(left)?.bytes.toString()}`;
}

function inMemory(): FileSystem {
  const disk = new MemoryDisk();
  const { fileSystem } = disk.startProcess();
  fileSystem.makeDirectory(`${root}/folder`, 0o750);
  disk.setNames({ [`${root}/link`]: disk.create('link', 0o777, `${root}/a`) });
  return fileSystem;
}

/** What both disks can agree on. */
function shown(status: ReturnType<FileSystem['status']>): unknown {
  return status && { isRegularFile: status.isRegularFile, size: status.isRegularFile ? status.size : 0 };
}

function outcome(run: () => unknown): unknown {
  try {
    return { result: run() };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code };
  }
}
