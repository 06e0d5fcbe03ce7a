import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openSqliteFileLock, type FileLock } from './file-lock.ts';

let directory: string;
let path: string;
const opened: FileLock[] = [];
const holders: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'file-lock-'));
  path = join(directory, '.bookkeeping', 'a.lock');
});

afterEach(() => {
  for (const lock of opened.splice(0)) lock.close();
  for (const holder of holders.splice(0)) holder.kill('SIGKILL');
  rmSync(directory, { recursive: true });
});

function openLock(): FileLock {
  const lock = openSqliteFileLock(path);
  opened.push(lock);
  return lock;
}

/** A process that holds the lock, or says that it is `busy`. */
async function startHolder(): Promise<{ holder: ChildProcess; says: string }> {
  const program = new URL('file-lock.test-holder.ts', import.meta.url).pathname;
  const holder = spawn(process.execPath, ['--no-warnings', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  holders.push(holder);
  const [says] = (await once(holder.stdout, 'data')) as [Buffer];
  return { holder, says: says.toString().trim() };
}

describe('a lock', () => {
  test('is one holder’s at a time, within a process and across processes', async () => {
    const [one, other] = [openLock(), openLock()];
    expect(one.acquire(0)).toBe(true);
    expect(other.acquire(0)).toBe(false);
    expect((await startHolder()).says).toBe('busy');
    one.release();
    expect(other.acquire(0)).toBe(true);
  });

  test('is free as soon as its holder was killed', async () => {
    const { holder, says } = await startHolder();
    expect(says).toBe('held');
    const lock = openLock();
    expect(lock.acquire(0)).toBe(false);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(lock.acquire(0)).toBe(true);
  });

  test('is waited for no longer than it was asked', async () => {
    await startHolder();
    const lock = openLock();
    const started = performance.now();
    expect(lock.acquire(30)).toBe(false);
    expect(performance.now() - started).toBeGreaterThanOrEqual(30);
  });

  test('can be taken again after it was closed', () => {
    const lock = openLock();
    expect(lock.acquire(0)).toBe(true);
    lock.close();
    expect(openLock().acquire(0)).toBe(true);
    expect(lock.acquire(0)).toBe(false);
  });

  test('is given up by closing it', () => {
    const lock = openLock();
    lock.acquire(0);
    lock.close();
    lock.release();
    expect(openLock().acquire(0)).toBe(true);
  });

  test('has a file that only its owner writes, in a directory that it makes, and writes nothing to it', () => {
    const lock = openLock();
    lock.acquire(0);
    lock.release();
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(path).size).toBe(0);
    expect(statSync(join(directory, '.bookkeeping')).mode & 0o777).toBe(0o750);
  });

  test('says that it does not work where its file cannot be made', () => {
    writeFileSync(join(directory, '.bookkeeping'), '');
    expect(() => openLock().acquire(0)).toThrow(/EEXIST|ENOTDIR/);
  });
});

describe('when its file is taken away', () => {
  const ways: readonly (readonly [way: string, takeAway: () => void])[] = [
    ['removed', () => rmSync(path)],
    ['removed with its directory', () => rmSync(join(directory, '.bookkeeping'), { recursive: true })],
    ['renamed', () => renameSync(path, `${path}.old`)],
    [
      'replaced',
      () => {
        writeFileSync(`${path}.new`, '');
        renameSync(`${path}.new`, path);
      },
    ],
  ];

  test.each(ways)('%s, the next to take it makes a new one, which others see', (...[, takeAway]) => {
    const [one, other] = [openLock(), openLock()];
    one.acquire(0);
    one.release();
    takeAway();
    expect(one.acquire(0)).toBe(true);
    expect(existsSync(path)).toBe(true);
    expect(other.acquire(0)).toBe(false);
  });

  test.each(ways)('%s, and others have made a new one, it is theirs that counts', (...[, takeAway]) => {
    const [one, other] = [openLock(), openLock()];
    one.acquire(0);
    one.release();
    takeAway();
    expect(other.acquire(0)).toBe(true);
    expect(one.acquire(0)).toBe(false);
    other.release();
    expect(one.acquire(0)).toBe(true);
  });
});
