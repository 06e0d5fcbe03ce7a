/**
 * The right to look at, append to and rotate one file, held by one writer at a time across all processes of the machine.
 *
 * The lock must go with its holder, however that dies, so it is the kernel's: SQLite, which is part of Node, takes `fcntl`
 * locks on a file of its own. That file is not the log (which is renamed), and no writer renames or removes it. `BEGIN IMMEDIATE` takes
 * the lock and `ROLLBACK` gives it back; nothing is ever written. About 13 microseconds a pair, free within milliseconds of
 * a SIGKILL.
 *
 * Somebody may remove the file all the same. Who takes the lock sees that, and takes it on a new file; only a lock that is held in that
 * very moment is then held twice, until its holder lets go.
 *
 * Limits: local file systems, and writers that ask for the lock. Locks are not fair: who waits tries again.
 */
import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface FileLock {
  /**
   * Takes the lock, blocking the thread for at most `timeoutMillis` (0: one attempt). False if another writer still holds it then.
   * Throws if locks do not work at all.
   */
  acquire(timeoutMillis: number): boolean;
  release(): void;
  /** Gives up the lock's resources; `acquire` opens them again. */
  close(): void;
}

/** Opens a lock; `path` is the lock's own file, made with its directory if missing, also when it was removed meanwhile. */
export type OpenFileLock = (path: string) => FileLock;

/** https://www.sqlite.org/rescode.html#busy */
const sqliteBusy = 5;
/** Between attempts: doubles from the shortest to the longest wait. Sixteen writers that all wait a millisecond do little else. */
const shortestWaitMillis = 0.05;
const longestWaitMillis = 8;

/** More would be somebody who removes the file all the time. */
const maxAttempts = 3;

interface OpenLockFile {
  readonly database: DatabaseSync;
  readonly begin: StatementSync;
  readonly rollback: StatementSync;
  readonly identity: string | undefined;
}

export const openSqliteFileLock: OpenFileLock = (path) => {
  let file: OpenLockFile | undefined;

  return { acquire, release, close };

  function acquire(timeoutMillis: number): boolean {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      file ??= openLockFile(path);
      if (!isTakenWithin(timeoutMillis, file.begin)) return false;
      // Once the file has been removed, or replaced, a lock on it is one that nobody else can see.
      if (file.identity !== undefined && file.identity === identityOf(path)) return true;
      close();
    }
    throw new Error(`LOCK_GONE: "${path}" is removed as often as it is made`);
  }

  function release(): void {
    file?.rollback.run();
  }

  function close(): void {
    file?.database.close();
    file = undefined;
  }
};

function openLockFile(path: string): OpenLockFile {
  mkdirSync(dirname(path), { recursive: true, mode: lockDirectoryMode });
  // Only a file that nobody can hold yet is opened here: closing any descriptor of a lock file gives up this process's
  // `fcntl` locks on it.
  if (!existsSync(path)) closeSync(openSync(path, 'a', lockFileMode));
  const before = identityOf(path);
  const database = new (sqlite().DatabaseSync)(path);
  // Every BEGIN IMMEDIATE begins the empty database anew: with a journal on the disk that is five times as slow, and impossible on a
  // full one.
  database.exec('PRAGMA journal_mode = MEMORY');
  const identity = before === identityOf(path) ? before : undefined;
  return { database, begin: database.prepare('BEGIN IMMEDIATE'), rollback: database.prepare('ROLLBACK'), identity };
}

/** Of a file that is open the number of the inode is not given again, so this tells whether the path still names it. */
function identityOf(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  return status && `${status.dev} ${status.ino}`;
}

function isTakenWithin(timeoutMillis: number, begin: StatementSync): boolean {
  if (isTaken(begin)) return true;
  if (timeoutMillis <= 0) return false;
  const deadline = performance.now() + timeoutMillis;
  for (let wait = shortestWaitMillis; performance.now() < deadline; wait = Math.min(wait * 2, longestWaitMillis)) {
    sleep(wait);
    if (isTaken(begin)) return true;
  }
  return false;
}

function isTaken(begin: StatementSync): boolean {
  try {
    begin.run();
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === sqliteBusy) return false;
    throw error;
  }
}

const lockFileMode = 0o640;
const lockDirectoryMode = 0o750;
const sleepCell = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the thread: an `exit` handler and a synchronous burst have nothing else to do while they wait. */
function sleep(millis: number): void {
  Atomics.wait(sleepCell, 0, 0, millis);
}

/**
 * Loaded at the first use, through Node itself, so that a bundler never sees it. Node 22 announces the module as
 * experimental on stderr; what a logger prints there is noise in somebody else's program, so that one warning is held back.
 */
function sqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
