/** Where the files of one log are, and in which order they were written. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The folders of one run. */
export interface Folders {
  /** Where the writers write. */
  readonly logs: string;
  /** Where older backups were taken, with numbers that grow. */
  readonly archive: string;
  /** Where a stranger has moved log files, with numbers that grow. */
  readonly moved: string;
}

export interface FilesOnDisk {
  /** From the oldest to the newest, which is the log file itself; what strangers have moved comes before, wherever it belongs. */
  readonly paths: readonly string[];
  /** Numbers that no backup has, below the highest that one has; and those that two have, compressed and not. */
  readonly misnumbered: readonly number[];
}

/** The writers' bookkeeping about a file. */
export function bookkeepingPath(logs: string, file: string, kind: 'lock' | 'torn' | 'intent'): string {
  return join(logs, '.sentrikat', `${file}.${kind}`);
}

export function filesOnDisk({ logs, archive, moved }: Folders, file: string): FilesOnDisk {
  const backups = backupsIn(logs, file);
  const upToHighest = Array.from({ length: backups.at(-1)?.number ?? 0 }, (...[, index]) => index + 1);
  return {
    paths: [...backupsIn(moved, file), ...backupsIn(archive, file), ...backups.toReversed()]
      .map(({ path }) => path)
      .concat(join(logs, file)),
    misnumbered: upToHighest.filter((each) => backups.filter(({ number }) => number === each).length !== 1),
  };
}

export interface BackupOnDisk {
  readonly path: string;
  readonly number: number;
  /** `.gz`, or nothing. */
  readonly ending: string;
}

const numbered = /\.(\d+)(\.gz)?$/;

/** A file's backups in a folder, in the order of their numbers. */
export function backupsIn(folder: string, file: string): readonly BackupOnDisk[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${file}.`))
    .map((name) => {
      const [, number, ending = ''] = numbered.exec(name) ?? [];
      return { path: join(folder, name), number: Number(number), ending };
    })
    .toSorted((one, other) => one.number - other.number);
}

/** What a log or a backup says, compressed or not. */
export function readBytes(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
