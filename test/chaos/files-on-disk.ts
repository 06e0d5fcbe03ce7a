/** Where the files of one log are, and in which order they were written. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

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
  /** Numbers that no backup has, below the highest that one has. */
  readonly holes: readonly number[];
}

/** The writers' bookkeeping about a file. */
export function bookkeepingPath(logs: string, file: string, kind: 'lock' | 'torn' | 'intent'): string {
  return join(logs, '.sentrikat', `${file}.${kind}`);
}

export function filesOnDisk({ logs, archive, moved }: Folders, file: string): FilesOnDisk {
  const numbers = numbersIn(logs, file);
  const upToHighest = Array.from({ length: numbers.at(-1) ?? 0 }, (...[, index]) => index + 1);
  return {
    paths: [
      ...numbersIn(moved, file).map((number) => join(moved, `${file}.${number}`)),
      ...numbersIn(archive, file).map((number) => join(archive, `${file}.${number}`)),
      ...numbers.toReversed().map((number) => join(logs, `${file}.${number}`)),
      join(logs, file),
    ],
    holes: upToHighest.filter((number) => !numbers.includes(number)),
  };
}

/** Ascending numbers of a file's backups in a folder. */
export function numbersIn(folder: string, file: string): readonly number[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${file}.`))
    .map((name) => Number(name.slice(file.length + 1)))
    .toSorted((one, other) => one - other);
}
