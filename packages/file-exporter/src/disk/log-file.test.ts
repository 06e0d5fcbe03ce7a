import { execFileSync, fork } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openSqliteFileLock } from './file-lock.ts';
import { nodeFileSystem, type FileSystem } from './file-system.ts';
import { LogFile, type LogFileEvent, type LogFileOptions } from './log-file.ts';

let directory: string;
let events: LogFileEvent[];
let now: number;
const open: LogFile[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'log-file-'));
  events = [];
  now = 0;
});

afterEach(() => {
  for (const file of open.splice(0)) file.close();
  rmSync(directory, { recursive: true });
});

function place(folder: string): LogFileOptions['places'][0] {
  return {
    path: join(folder, 'a.log'),
    lockPath: join(folder, '.b', 'a.lock'),
    quarantinePath: join(folder, '.b', 'a.torn'),
    intentPath: join(folder, '.b', 'a.intent'),
  };
}

function logFile(parts: Partial<LogFileOptions> = {}, faults: Partial<FileSystem> = {}): LogFile {
  const file = new LogFile({
    places: [place(directory)],
    policy: { maxBytes: 100, backups: 3, emptyFileRollover: false },
    fileSystem: { ...nodeFileSystem, ...faults },
    openLock: openSqliteFileLock,
    now: () => now,
    onEvent: (event) => events.push(event),
    hasForeignWriters: false,
    formatNote: (note) => `${note.type} ${note.type === 'dropped' ? note.records : ''}\n`,
    ...parts,
  });
  open.push(file);
  return file;
}

function write(file: LogFile, ...lines: string[]): void {
  for (const line of lines) file.append(`${line}\n`);
  file.flush(1000);
}

function read(name = 'a.log'): string {
  return readFileSync(join(directory, name), 'utf8');
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

function fails(code: string): () => never {
  return () => {
    throw failure(code);
  };
}

describe('rotating', () => {
  test('leaves a file one byte short of the limit, and starts the next with the line that would have reached it', () => {
    write(logFile(), 'x'.repeat(49), 'y'.repeat(48), 'z');
    expect(read('a.log.1')).toBe(`${'x'.repeat(49)}\n${'y'.repeat(48)}\n`);
    expect(read()).toBe('z\n');
  });

  test('keeps the mode of the file, and makes new ones 0640 in a directory of 0750', () => {
    const file = logFile();
    write(file, 'x');
    expect(statSync(join(directory, 'a.log')).mode & 0o777).toBe(0o640);
    chmodSync(join(directory, 'a.log'), 0o600);
    file.close();
    write(logFile(), 'y'.repeat(200));
    expect(statSync(join(directory, 'a.log')).mode & 0o777).toBe(0o600);
  });

  test('appends past the limit while renaming is refused, says so once, and rotates when it is not', () => {
    let isRefused = true;
    const rename: FileSystem['rename'] = (from, to) => {
      if (isRefused) throw failure('EACCES');
      nodeFileSystem.rename(from, to);
    };
    const file = logFile({}, { rename });
    for (let index = 0; index < 9; index++) write(file, 'x'.repeat(49));
    expect(read()).toHaveLength(450);
    expect(events.map((event) => event.type)).toEqual(['degraded']);
    isRefused = false;
    now += 60_000;
    write(file, 'after');
    expect(read()).toBe('after\n');
    expect(read('a.log.1')).toHaveLength(450);
    expect(events.map((event) => event.type)).toEqual(['degraded', 'recovered']);
  });

  test('never renames what is not a regular file', () => {
    symlinkSync('/dev/null', join(directory, 'a.log'));
    write(logFile(), 'x'.repeat(200), 'y'.repeat(200));
    expect(readdirSync(directory).filter((name) => name.startsWith('a.'))).toEqual(['a.log']);
    expect(events).toEqual([]);
  });
});

describe('together with other processes', () => {
  test('reopens, rather than rotates, a file another process has renamed', () => {
    const file = logFile();
    write(file, 'x'.repeat(80));
    renameSync(join(directory, 'a.log'), join(directory, 'a.log.1'));
    write(file, 'y'.repeat(80));
    expect(read('a.log.1')).toBe(`${'x'.repeat(80)}\n`);
    expect(read()).toBe(`${'y'.repeat(80)}\n`);
    expect(existsSync(join(directory, 'a.log.2'))).toBe(false);
  });

  test('counts what others appended when it decides about rotating', () => {
    const file = logFile();
    write(file, 'mine');
    appendFileSync(join(directory, 'a.log'), `${'theirs'.repeat(10)}\n`);
    write(file, 'm'.repeat(40));
    expect(read('a.log.1')).toBe(`mine\n${'theirs'.repeat(10)}\n`);
  });

  test.each(['before it opened', 'while it was open'])('moves aside the half line of a writer that died %s', (when) => {
    writeFileSync(join(directory, 'a.log'), 'whole\n');
    const file = when === 'while it was open' ? logFile() : undefined;
    appendFileSync(join(directory, 'a.log'), 'half');
    write(file ?? logFile(), 'next');
    expect(read()).toBe('whole\nnext\n');
    expect(read('.b/a.torn')).toBe('half');
  });

  test('moves aside a file that is nothing but a half line', () => {
    writeFileSync(join(directory, 'a.log'), 'h'.repeat(10_000));
    write(logFile({ policy: { maxBytes: 0, backups: 0, emptyFileRollover: false } }), 'next');
    expect(read()).toBe('next\n');
    expect(read('.b/a.torn')).toHaveLength(10_000);
  });

  test('waits for no longer than it was told, and loses nothing then', () => {
    const [first, second] = [logFile(), openSqliteFileLock(place(directory).lockPath)];
    expect(second.acquire(0)).toBe(true);
    first.append('kept\n');
    expect(first.flush(0)).toBe('busy');
    expect(first.flush(20)).toBe('busy');
    second.release();
    second.close();
    expect(first.flush(0)).toBe('written');
    expect(read()).toBe('kept\n');
  });

  test('starts again where the whole directory was removed, or just the bookkeeping with the lock', () => {
    const file = logFile();
    write(file, 'gone');
    rmSync(directory, { recursive: true });
    write(file, 'kept');
    rmSync(join(directory, '.b'), { recursive: true });
    write(file, 'next');
    expect(read()).toBe('kept\nnext\n');
    expect(existsSync(place(directory).lockPath)).toBe(true);
    expect(events).toEqual([]);
  });

  test('four processes leave the very files that one would, with every line whole and each in its order', async () => {
    const processes = 4;
    const perProcess = 2_000;
    const writer = new URL('log-file.test-writer.ts', import.meta.url);
    const ends = Array.from({ length: processes }, (_, index) => {
      const child = fork(writer, [directory, String(index), String(perProcess)]);
      return new Promise((resolve) => child.once('exit', resolve));
    });
    expect(await Promise.all(ends)).toEqual([0, 0, 0, 0]);

    const names = readdirSync(directory).filter((name) => name.startsWith('a.log'));
    const lines = names.flatMap((name) => read(name).trimEnd().split('\n'));
    expect(new Set(lines).size).toBe(processes * perProcess);
    expect(lines).toHaveLength(processes * perProcess);
    expect(lines.every((line) => /^\d \d{6} x{80}$/.test(line))).toBe(true);
    // 89-byte lines under a limit of 4,096: 46 a file, so as many files as one writer of all lines would leave.
    expect(names).toHaveLength(Math.ceil((processes * perProcess) / 45));
    expect(Math.max(...names.map((name) => statSync(join(directory, name)).size))).toBeLessThan(4096);
    const byAge = names
      .toSorted((a, b) => numberOf(b) - numberOf(a))
      .flatMap((name) => read(name).trimEnd().split('\n'));
    for (let index = 0; index < processes; index++) {
      const own = byAge.filter((line) => line.startsWith(`${index} `));
      expect(own).toEqual(own.toSorted());
    }
  });
});

describe('when the disk refuses', () => {
  test('goes to the fallback, and says where and why', () => {
    writeFileSync(join(directory, 'in-the-way'), '');
    const fallback = join(directory, 'fallback');
    const file = logFile({ places: [place(join(directory, 'in-the-way')), place(fallback)] });
    write(file, 'x');
    expect(readFileSync(join(fallback, 'a.log'), 'utf8')).toBe('x\n');
    expect(events).toEqual([
      expect.objectContaining({
        type: 'degraded',
        path: join(directory, 'in-the-way', 'a.log'),
        fallbackPath: join(fallback, 'a.log'),
      }),
    ]);
  });

  test('keeps lines in memory, cuts a half-written one off, and writes all once it can', () => {
    let room = 7;
    const append: FileSystem['append'] = (descriptor, bytes) => {
      if (room === 0) throw failure('ENOSPC');
      const taken = nodeFileSystem.append(descriptor, bytes.subarray(0, room));
      room -= taken;
      return taken;
    };
    const file = logFile({}, { append });
    write(file, 'one', 'two', 'three');
    expect(read()).toBe('one\n');
    expect(events.map((event) => event.type)).toEqual(['degraded']);
    room = 1000;
    now += 60_000;
    write(file, 'four');
    expect(read()).toBe('one\ntwo\nthree\nfour\n');
    expect(events).toEqual([expect.anything(), expect.objectContaining({ type: 'recovered', droppedRecords: 0 })]);
  });

  test('drops the newest beyond its share of memory, and says how many in the file itself', () => {
    let isFull = true;
    const append: FileSystem['append'] = (descriptor, bytes) => {
      if (isFull) throw failure('ENOSPC');
      return nodeFileSystem.append(descriptor, bytes);
    };
    const file = logFile({ policy: { maxBytes: 0, backups: 0, emptyFileRollover: false } }, { append });
    const line = `${'x'.repeat(1024 * 1024 - 1)}\n`;
    for (let index = 0; index < 11; index++) file.append(line);
    file.flush(0);
    isFull = false;
    now += 60_000;
    write(file);
    expect(read()).toBe(`${line.repeat(8)}dropped 3\n`);
    expect(events.at(-1)).toEqual({ type: 'recovered', path: file.path, droppedRecords: 3 });
  });

  test('leaves a failing disk alone for longer and longer', () => {
    const file = logFile({}, { append: fails('EIO') });
    write(file, 'x');
    expect(file.retryDelayMillis).toBe(100);
    now += 100;
    file.flush(0);
    expect(file.retryDelayMillis).toBe(200);
  });

  test('writes without rotating where locks do not work', () => {
    const file = logFile({
      openLock: () => ({
        acquire: fails('ENOLCK'),
        release() {},
        close() {},
      }),
    });
    write(file, 'x'.repeat(90));
    write(file, 'y'.repeat(90));
    expect(read()).toHaveLength(182);
    expect(events.map((event) => event.type)).toEqual(['degraded']);
  });

  test('follows a link that this user made, and no stranger’s', () => {
    symlinkSync(join(directory, 'target'), join(directory, 'a.log'));
    write(logFile(), 'x');
    expect(read('target')).toBe('x\n');
    if (process.getuid?.() !== 0) return;
    execFileSync('chown', ['-h', '65534', join(directory, 'a.log')]);
    write(logFile(), 'y');
    expect(read('target')).toBe('x\n');
    expect(events).toEqual([expect.objectContaining({ type: 'degraded' })]);
  });
});

test('leaves the directories that RotatingFileHandler leaves, whatever was there and however it is restarted', () => {
  const message = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom('😀', 'é', 'a'), maxLength: 30 }),
  );
  const scenario = fc.record({
    maxBytes: fc.integer({ min: 0, max: 60 }),
    backups: fc.integer({ min: 0, max: 4 }),
    files: fc.dictionary(
      fc.constantFrom('a.log', 'a.log.1', 'a.log.2', 'a.log.3', 'a.log.4', 'a.log.7'),
      fc.string({ unit: 'grapheme-ascii', maxLength: 80 }).map((text) => (text === '' ? '' : `${text}\n`)),
    ),
    runs: fc.array(fc.array(message, { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
  });
  const scenarios = fc.sample(scenario, { numRuns: 300, seed: 7 });
  const python = join(directory, 'python');
  const version = execFileSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 13))'], {
    encoding: 'utf8',
  });
  const script = new URL('../../reference/python_logging.py', import.meta.url).pathname;
  execFileSync('python3', [script, 'rotate', python], { input: JSON.stringify(scenarios) });

  for (const [index, { maxBytes, backups, files, runs }] of scenarios.entries()) {
    const ours = join(directory, 'ours', String(index));
    mkdirSync(ours, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(ours, name), text);
    for (const messages of runs) {
      const policy = { maxBytes, backups, emptyFileRollover: version.trim() === 'False' };
      const file = logFile({ places: [place(ours)], policy });
      write(file, ...messages);
      file.close();
      open.pop();
    }
    expect(contents(ours), JSON.stringify(scenarios[index])).toEqual(contents(join(python, String(index))));
  }
}, 60_000);

function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function numberOf(name: string): number {
  return Number(name.slice('a.log.'.length) || 0);
}
