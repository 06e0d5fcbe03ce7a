import { beforeEach, describe, expect, test } from 'vitest';

import { FaultyProcess } from '../model/faulty-process.ts';
import { MemoryDisk, osError } from '../model/memory-disk.ts';
import { formatIntent } from '../rotation/intent.ts';
import { trailStart } from '../trail/seal.ts';
import { sealLine } from '../trail/seal.test-setup.ts';
import type { FileStatus, FileSystem } from './file-system.ts';
import { RotatingFile } from './rotating-file.ts';

const path = '/logs/a.log';
const place = { path, lockPath: '/logs/.b/lock', quarantinePath: '/logs/.b/torn', intentPath: '/logs/.b/intent' };

let disk: MemoryDisk;
/** Whoever is not the file under test. */
let others: FileSystem;

beforeEach(() => {
  disk = new MemoryDisk();
  others = disk.startProcess().fileSystem;
  others.makeDirectory('/logs/.b', 0o750);
});

function fileOf(
  fileSystem: FileSystem,
  hasForeignWriters: boolean = false,
  beforeClose: () => void = () => {},
): RotatingFile {
  return new RotatingFile({ place, fileSystem, hasForeignWriters, beforeClose });
}

/** Open and settled. */
function openFile(faults: Partial<FileSystem> = {}, hasForeignWriters: boolean = false): RotatingFile {
  const file = fileOf({ ...disk.startProcess().fileSystem, ...faults }, hasForeignWriters);
  file.open();
  file.settle();
  return file;
}

function put(where: string, text: string): void {
  others.writeFile(where, Buffer.from(text), 0o640);
}

function read(where: string): string | undefined {
  return disk.find(where)?.bytes.toString();
}

function appendAs(who: FileSystem, text: string): void {
  const descriptor = who.openForAppend(path, 0o640);
  who.append(descriptor, Buffer.from(text));
  who.close(descriptor);
}

/** What each number holds. */
function backups(): Record<string, string> {
  const names = others.list('/logs').filter((name) => name.startsWith('a.log'));
  return Object.fromEntries(names.toSorted().map((name) => [name, read(`/logs/${name}`) ?? '']));
}

const full = { 'a.log': 'new\n', 'a.log.1': 'one\n', 'a.log.2': 'two\n', 'a.log.3': 'three\n' };
const rotated = { 'a.log.1': 'new\n', 'a.log.2': 'one\n', 'a.log.3': 'two\n' };

function fill(): void {
  for (const [name, text] of Object.entries(full)) put(`/logs/${name}`, text);
}

const eio = (): never => {
  throw osError('EIO');
};

describe('settling', () => {
  test('sees nothing new where nothing is', () => {
    const file = openFile();
    file.append(Buffer.from('ours\n'));
    expect(file.settle()).toEqual({ isChanged: false, isNew: false });
  });

  test('sees what others have appended', () => {
    const file = openFile();
    appendAs(others, 'theirs\n');
    expect(file.settle()).toEqual({ isChanged: true, isNew: false });
    expect(file.size).toBe(7);
  });

  test.each([
    ['renamed', () => others.rename(path, `${path}.1`)],
    ['removed', () => others.remove(path)],
    [
      'replaced by one of the very same size',
      () => {
        others.remove(path);
        put(path, 'ours\n');
      },
    ],
  ])('goes over to the file that the path names, where the old one was %s', (...[, happen]) => {
    const file = openFile();
    file.append(Buffer.from('ours\n'));
    happen();
    const before = read(path) ?? '';
    expect(file.settle()).toEqual({ isChanged: true, isNew: true });
    file.append(Buffer.from('new\n'));
    expect(read(path)).toBe(`${before}new\n`);
  });

  test('tells that the file is about to be closed while it still is open', () => {
    const told: boolean[] = [];
    const file = fileOf(disk.startProcess().fileSystem, false, () => told.push(file.isOpen));
    file.open();
    others.remove(path);
    file.settle();
    file.close();
    file.close();
    expect(told).toEqual([true, true]);
  });

  test('repairs what it could not repair before, though the size is still the same', () => {
    put(path, 'whole\nhalf');
    let isRefused = true;
    const { fileSystem } = disk.startProcess();
    const file = fileOf({
      ...fileSystem,
      openForAppend(where, mode) {
        if (isRefused && where === place.quarantinePath) throw osError('EACCES');
        return fileSystem.openForAppend(where, mode);
      },
    });
    file.open();
    expect(() => file.settle()).toThrow('EACCES');
    isRefused = false;
    expect(file.settle().fragment?.bytes).toBe(4);
    expect(read(path)).toBe('whole\n');
  });

  test('gives half a line an end, and cuts nothing off, where it may be another’s', () => {
    put(path, 'whole\nhalf');
    const file = openFile({}, true);
    expect(read(path)).toBe('whole\nhalf\n');
    expect(file.size).toBe(11);
    expect(read(place.quarantinePath)).toBeUndefined();
  });
});

describe('appending', () => {
  test('goes on after a short write', () => {
    const { fileSystem } = disk.startProcess();
    const file = fileOf({
      ...fileSystem,
      append: (descriptor, bytes) => fileSystem.append(descriptor, bytes.subarray(0, 2)),
    });
    file.open();
    file.settle();
    expect(file.append(Buffer.from('a line\n'))).toEqual({ written: 7 });
    expect(read(path)).toBe('a line\n');
    expect(file.size).toBe(7);
  });

  test('does not go on for ever where the disk takes nothing and says nothing', () => {
    const { error, written } = openFile({ append: () => 0 }).append(Buffer.from('a line\n'));
    expect(written).toBe(0);
    expect(String(error)).toContain('NOTHING_WRITTEN');
  });

  test('takes back what is not whole', () => {
    const file = openFile();
    disk.capacity = 9;
    const { written } = file.append(Buffer.from('one\ntwo\nthree\n'));
    file.cutBack(written, 8);
    expect(read(path)).toBe('one\ntwo\n');
  });

  test('takes nothing back behind which another has appended without the lock', () => {
    const file = openFile();
    disk.capacity = 9;
    const { written } = file.append(Buffer.from('one\ntwo\nthree\n'));
    disk.capacity = 100;
    appendAs(others, '\ntheirs\n');
    file.cutBack(written, 8);
    expect(read(path)).toBe('one\ntwo\nt\ntheirs\n');
  });
});

describe('rotating', () => {
  test('keeps mode and owner, and leaves no intent', () => {
    const file = openFile();
    const descriptor = others.openForAppend(path, 0);
    others.setModeAndOwner(descriptor, { ...others.descriptorStatus(descriptor), mode: 0o604, userId: 7, groupId: 8 });
    file.close();
    file.open();
    file.settle();
    file.append(Buffer.from('old\n'));
    file.rotate(3);
    expect(backups()).toEqual({ 'a.log': '', 'a.log.1': 'old\n' });
    expect(others.status(path)).toMatchObject({ mode: 0o604, userId: 7, groupId: 8 });
    expect(read(place.intentPath)).toBeUndefined();
  });

  test('goes on where somebody takes the file away in that moment, and gives up where it may not be renamed', () => {
    const file = openFile({
      rename: (from, to) => {
        if (from === path) others.rename(path, '/logs/elsewhere');
        others.rename(from, to);
      },
    });
    file.append(Buffer.from('old\n'));
    file.rotate(3);
    expect(file.size).toBe(0);
    expect(read('/logs/elsewhere')).toBe('old\n');
    expect(backups()).toEqual({ 'a.log': '' });
    const refused = openFile({
      rename: (from, to) => {
        if (from === path) throw new Error('EACCES');
        others.rename(from, to);
      },
    });
    expect(() => refused.rotate(3)).toThrow('EACCES');
  });

  test('goes on where it was taken away in that moment, and another has made a new one by the next', () => {
    const file = openFile({
      rename: (from, to) => {
        if (from === path) others.rename(path, '/logs/elsewhere');
        try {
          others.rename(from, to);
        } finally {
          if (from === path) others.close(others.openForAppend(path, 0o640));
        }
      },
    });
    file.append(Buffer.from('old\n'));
    file.rotate(3);
    expect(read('/logs/elsewhere')).toBe('old\n');
    expect(backups()).toEqual({ 'a.log': '' });
  });

  test('tells a trail what it loses, until it was told', () => {
    const { line, head } = sealLine('{"a": 1}\n', trailStart);
    put(`${path}.2`, line);
    put(`${path}.1`, 'next\n');
    const file = openFile();
    const retired = { file: 'a.log.2', firstSeq: 1, lastSeq: 1, lastHash: head.hash };
    expect(file.rotate(2, { untold: [] })).toEqual([retired]);
    expect(openFile().finishRotation()).toEqual({ hasRotated: false, retiring: [retired] });
    file.forgetRotation();
    expect(openFile().finishRotation()).toEqual({ hasRotated: false, retiring: [] });
  });

  test('tells a trail nothing where the oldest backup stays, as nothing takes its number', () => {
    put(`${path}.2`, sealLine('{"a": 1}\n', trailStart).line);
    expect(openFile().rotate(2, { untold: [] })).toEqual([]);
    expect(read(`${path}.2`)).toBeDefined();
  });

  test('tells again what an earlier rotation could not tell', () => {
    const earlier = { file: 'a.log.2', firstSeq: 1, lastSeq: 1, lastHash: 'abc' };
    expect(openFile().rotate(2, { untold: [earlier] })).toEqual([earlier]);
    expect(openFile().finishRotation().retiring).toEqual([earlier]);
  });
});

describe('a backup and its compressed form', () => {
  const compressingPath = '/logs/compressing';

  function compressingFile(): RotatingFile {
    fill();
    const file = new RotatingFile({
      place: { ...place, compressingPath },
      fileSystem: others,
      hasForeignWriters: false,
      beforeClose: () => {},
    });
    file.open();
    file.settle();
    return file;
  }

  function compressed(): FileStatus {
    put(compressingPath, 'compressed');
    return others.status(compressingPath)!;
  }

  test('wait for a rotation that is to be finished, as it knows the backup by its inode', () => {
    const file = compressingFile();
    const original = others.status(`${path}.2`)!;
    const { device, inode } = original;
    const moves = [{ number: 2, replaces: true, device, inode }];
    put(place.intentPath, formatIntent({ moves, retiring: [] }).toString());
    expect(file.takeCompressed({ original, compressed: compressed() }, 3)).toBe(false);
    expect(read(compressingPath)).toBeUndefined();
    expect(backups()).toEqual(full);
    file.finishRotation();
    expect(file.takeCompressed({ original, compressed: compressed() }, 3)).toBe(true);
    expect(backups()).toEqual({ 'a.log': 'new\n', 'a.log.1': 'one\n', 'a.log.3.gz': 'compressed' });
  });

  test('are left alone where retention has taken the backup', () => {
    const file = compressingFile();
    const original = others.status(`${path}.3`)!;
    expect(file.takeCompressed({ original, compressed: compressed() }, 2)).toBe(true);
    expect(read(compressingPath)).toBeUndefined();
    expect(backups()).toEqual(full);
  });

  test('are left alone where somebody else has begun to compress', () => {
    const file = compressingFile();
    const [original, ours] = [others.status(`${path}.2`)!, compressed()];
    others.rename(compressingPath, '/logs/ours');
    put(compressingPath, 'half of it');
    expect(file.takeCompressed({ original, compressed: ours }, 3)).toBe(false);
    expect(backups()).toEqual(full);
    expect(read(compressingPath)).toBe('half of it');
  });
});

describe('finishing the rotation of a writer that died', () => {
  test('leaves what one rotation would have left, wherever it died after it had written down its intent', () => {
    let deaths = 0;
    for (let at = 0; ; at++) {
      disk = new MemoryDisk();
      others = disk.startProcess().fileSystem;
      others.makeDirectory('/logs/.b', 0o750);
      fill();
      const process = new FaultyProcess(disk);
      const dying = fileOf(process.fileSystem);
      dying.open();
      dying.settle();
      process.plan({ fault: { at, effect: 'dies', share: 0 } });
      try {
        dying.rotate(3);
        break;
      } catch {
        deaths++;
      }
      // Before it had, nothing has moved; afterwards everything has in the end.
      const hasIntended = read(place.intentPath) !== undefined || read(`${path}.1`) === full['a.log'];
      const heir = openFile();
      heir.finishRotation();
      expect(backups(), `died at ${at}`).toEqual(hasIntended ? { ...rotated, 'a.log': '' } : full);
      expect(read(place.intentPath)).toBeUndefined();
    }
    expect(deaths).toBeGreaterThan(10);
  });

  test('is nothing where the intent is garbage, which it removes', () => {
    fill();
    put(place.intentPath, '[{"number": 2, "repl');
    expect(openFile().finishRotation()).toEqual({ hasRotated: false, retiring: [] });
    expect(backups()).toEqual(full);
    expect(read(place.intentPath)).toBeUndefined();
  });

  test('is none that renames the file, where another has its name by now', () => {
    put(path, 'new\n');
    const { device, inode } = others.status(path)!;
    others.writeFile(
      place.intentPath,
      formatIntent({ moves: [{ number: 0, replaces: false, device, inode: inode + 100 }], retiring: [] }),
      0o640,
    );
    expect(openFile().finishRotation().hasRotated).toBe(false);
    expect(backups()).toEqual({ 'a.log': 'new\n' });
  });

  test('rotates early, and loses nothing, where a new file was given the number of one that is gone', () => {
    put(path, 'old\n');
    const { device, inode } = others.status(path)!;
    const intent = { moves: [{ number: 0, replaces: false, device, inode }], retiring: [] };
    others.writeFile(place.intentPath, formatIntent(intent), 0o640);
    others.remove(path);
    put(path, 'new\n');
    expect(others.status(path)?.inode).toBe(inode);
    expect(openFile().finishRotation().hasRotated).toBe(true);
    expect(backups()).toEqual({ 'a.log': '', 'a.log.1': 'new\n' });
  });

  test('replaces nothing that somebody has put where a backup was to go', () => {
    fill();
    const intentOf = (number: number) => {
      const { device, inode } = others.status(number === 0 ? path : `${path}.${number}`)!;
      return { number, replaces: number === 2, device, inode };
    };
    const moves = [2, 1, 0].map(intentOf);
    others.writeFile(place.intentPath, formatIntent({ moves, retiring: [] }), 0o640);
    others.remove(`${path}.3`);
    others.rename(`${path}.2`, `${path}.3`);
    put(`${path}.2`, 'restored\n');
    expect(openFile().finishRotation().hasRotated).toBe(false);
    expect(read(`${path}.2`)).toBe('restored\n');
  });

  test('opens the file again where it cannot, and stays to be done', () => {
    fill();
    const { device, inode } = others.status(path)!;
    others.writeFile(
      place.intentPath,
      formatIntent({ moves: [{ number: 0, replaces: true, device, inode }], retiring: [] }),
      0o640,
    );
    const file = openFile({ rename: eio });
    expect(() => file.finishRotation()).toThrow('EIO');
    expect(read(place.intentPath)).toBeDefined();
    file.open();
    expect(file.settle().isNew).toBe(true);
  });
});

describe('whether the open file is found', () => {
  test('by the path, and by a backup’s after it was rotated, but not beyond their number', () => {
    const file = openFile();
    expect(file.isFound(2)).toBe(true);
    others.rename(path, `${path}.2`);
    put(path, '');
    expect(file.isFound(2)).toBe(true);
    expect(file.isFound(1)).toBe(false);
    others.remove(`${path}.2`);
    expect(file.isFound(2)).toBe(false);
  });

  test('through a link, also one that rotation has renamed', () => {
    disk.setNames({ [path]: disk.create('link', 0o777, '/target') });
    put('/target', '');
    const file = openFile();
    others.rename(path, `${path}.1`);
    put(path, '');
    expect(file.isFound(1)).toBe(true);
  });
});

describe('the names on the platter', () => {
  test('are synced after those of the bookkeeping, again after every opening, as another may have made the file, and after a failure', () => {
    const synced: string[] = [];
    let isFailing = true;
    const file = openFile({
      syncDirectory(directory) {
        synced.push(directory);
        if (isFailing) throw osError('EIO');
      },
    });
    expect(() => file.syncNames()).toThrow('EIO');
    isFailing = false;
    file.syncNames();
    file.syncNames();
    expect(synced).toEqual(['/logs/.b', '/logs/.b', '/logs']);
    file.rotate(1);
    file.syncNames();
    expect(synced.slice(3)).toEqual(['/logs/.b', '/logs']);
  });
});

test('a file that cannot be looked at leaves no descriptor open', () => {
  const process = disk.startProcess();
  const file = fileOf({ ...process.fileSystem, descriptorStatus: eio });
  expect(() => file.open()).toThrow('EIO');
  expect(process.descriptors).toBe(0);
  expect(file.isOpen).toBe(false);
});
