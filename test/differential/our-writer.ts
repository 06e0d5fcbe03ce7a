/** Our writer, on the real disk and under the real lock. Its bookkeeping lies beside the directory that is compared. */
import { dirname, join } from 'node:path';

import { openSqliteFileLock } from '../../packages/file-exporter/src/disk/file-lock.ts';
import { nodeFileSystem } from '../../packages/file-exporter/src/disk/file-system.ts';
import { LogFile } from '../../packages/file-exporter/src/disk/log-file.ts';
import type { Writer } from './writer.ts';

/** More than the longest pause our writer makes before it tries again what has failed: Python never makes one. */
const pauseMillis = 60_000;
const lockTimeoutMillis = 5_000;

export function createOurWriter(emptyFileRollover: boolean): Writer {
  let now = 0;
  let file: LogFile | undefined;

  return {
    async open(path, rotation) {
      const bookkeeping = join(dirname(path), '..', 'bookkeeping');
      file = new LogFile({
        places: [
          {
            path,
            lockPath: join(bookkeeping, 'lock'),
            quarantinePath: join(bookkeeping, 'torn'),
            intentPath: join(bookkeeping, 'intent'),
          },
        ],
        policy: { ...rotation, emptyFileRollover },
        fileSystem: nodeFileSystem,
        openLock: openSqliteFileLock,
        now: () => now,
        onEvent() {},
        hasForeignWriters: false,
        formatNote: ({ type }) => `${type}\n`,
      });
    },
    async write(lines) {
      for (const line of lines) file?.append(`${line}\n`);
      flush();
    },
    async close() {
      flush();
      file?.close();
      file = undefined;
    },
  };

  function flush(): void {
    now += pauseMillis;
    if (file?.flush(lockTimeoutMillis) === 'busy') throw new Error('the lock is held by nobody, and yet it is busy');
  }
}
