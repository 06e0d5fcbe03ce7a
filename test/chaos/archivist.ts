/**
 * Takes backups away before there are so many that a rotation takes longer than the writing, and keeps them in their order. It asks for
 * the file's lock, as whoever renames backups under running writers must.
 */
import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { openSqliteFileLock, type FileLock } from '../../packages/file-exporter/src/disk/file-lock.ts';
import { backupsIn, bookkeepingPath, type Folders } from './files-on-disk.ts';
import { chaosConcerns } from './life.ts';

/** How new a backup is left alone: its lines may be about to be synced, after which their writer looks for the file. */
const settledMillis = 1_000;
const newestNumbers = 50;
const visitMillis = 100;
const lockTimeoutMillis = 20;

export class Archivist {
  readonly #folders: Folders;
  readonly #locks = new Map<string, FileLock>();
  readonly #visits: NodeJS.Timeout;
  #taken = 0;

  constructor(folders: Folders) {
    this.#folders = folders;
    this.#visits = setInterval(() => {
      for (const { file } of chaosConcerns) this.#visit(file);
    }, visitMillis);
  }

  end(): void {
    clearInterval(this.#visits);
    for (const lock of this.#locks.values()) lock.close();
  }

  /** Does nothing where the lock is not to be had in time, or a dead writer's rotation waits to be finished. */
  #visit(file: string): void {
    const { logs } = this.#folders;
    const lockPath = bookkeepingPath(logs, file, 'lock');
    if (!existsSync(lockPath)) return;
    const lock = this.#locks.get(file) ?? openSqliteFileLock(lockPath);
    this.#locks.set(file, lock);
    if (!lock.acquire(lockTimeoutMillis)) return;
    try {
      if (!existsSync(bookkeepingPath(logs, file, 'intent'))) this.#take(file);
    } finally {
      lock.release();
    }
  }

  #take(file: string): void {
    const { logs, archive } = this.#folders;
    const youngest = Date.now() - settledMillis;
    for (const { path, number, ending } of backupsIn(logs, file).toReversed()) {
      if (number <= newestNumbers || statSync(path).mtimeMs > youngest) return;
      renameSync(path, join(archive, `${file}.${++this.#taken}${ending}`));
    }
  }
}
