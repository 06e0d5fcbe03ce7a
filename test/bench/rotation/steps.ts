/** What `rotation` measures: the parts of writing one line to a file that others write to as well. */
import { appendFileSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

// The rooms of the package themselves: through the public API a record would be built and formatted along.
import { openSqliteFileLock } from '../../../packages/file-exporter/src/disk/file-lock.ts';
import { nodeFileSystem } from '../../../packages/file-exporter/src/disk/file-system.ts';
import { LogFile } from '../../../packages/file-exporter/src/disk/log-file.ts';
import { backupPath } from '../../../packages/file-exporter/src/rotation/cascade.ts';
import { jsonLine } from '../processes/json-line.ts';

export interface StepRow {
  readonly name: string;
  readonly note?: string;
  /** Makes ready in an empty directory what is then done again and again. */
  readonly prepare: (directory: string) => () => void;
}

export const turn = 'a turn';

export const steps: readonly StepRow[] = [
  {
    name: 'the lock alone',
    note: 'taken and given back, uncontended: SQLite’s `BEGIN IMMEDIATE` and `ROLLBACK` on a file of its own',
    prepare: prepareLock,
  },
  {
    name: turn,
    note: 'lock, look at the path, append one line, unlock. A busy process writes what has come in five milliseconds in one',
    prepare: prepareTurn,
  },
  {
    name: 'a turn after another writer’s',
    note: 'the same where somebody else has written last, so that the end of the file is looked at as well',
    prepare: prepareTurnInTurns,
  },
  ...[10, 50, 200].flatMap((backups) => [
    {
      name: `a turn that rotates, ${backups} backups`,
      ...(backups === 10
        ? {
            note: 'the same with a rotation before the line: the intent to rotate written down, every backup renamed, the oldest removed, a new file opened. Files are of one line; to free a full one takes the file system longer',
          }
        : {}),
      prepare: (directory: string) => prepareRotatingTurn(directory, backups),
    },
    {
      name: `its renames alone, ${backups} backups`,
      ...(backups === 10
        ? {
            note: 'the least that leaves the same files: remove, rename, append one line to a new file; no lock, no look',
          }
        : {}),
      prepare: (directory: string) => prepareRenames(directory, backups),
    },
  ]),
];

const line = `${jsonLine(4711, new Date())}\n`;

function prepareLock(directory: string): () => void {
  const lock = openSqliteFileLock(join(directory, 'a.lock'));
  return () => {
    if (!lock.acquire(0)) throw new Error('LOCK_BUSY: nobody else is there to hold it');
    lock.release();
  };
}

function prepareTurn(directory: string): () => void {
  return turnOf(openFile(directory, { maxBytes: 0, backups: 0 }));
}

function prepareTurnInTurns(directory: string): () => void {
  const policy = { maxBytes: 0, backups: 0 };
  const [one, other] = [turnOf(openFile(directory, policy)), turnOf(openFile(directory, policy))];
  let isOthers = false;
  return () => {
    isOthers = !isOthers;
    if (isOthers) other();
    else one();
  };
}

function prepareRotatingTurn(directory: string, backups: number): () => void {
  fill(directory, backups);
  return turnOf(openFile(directory, { maxBytes: line.length, backups }));
}

function prepareRenames(directory: string, backups: number): () => void {
  fill(directory, backups);
  const path = pathIn(directory);
  return () => {
    unlinkSync(backupPath(path, backups));
    for (let number = backups - 1; number >= 0; number--) {
      renameSync(backupPath(path, number), backupPath(path, number + 1));
    }
    appendFileSync(path, line);
  };
}

function turnOf(file: LogFile): () => void {
  return () => {
    file.append(line);
    const result = file.flush(0);
    if (result !== 'written') throw new Error(`NOT_WRITTEN: a turn was ${result}`);
  };
}

function openFile(directory: string, policy: { readonly maxBytes: number; readonly backups: number }): LogFile {
  const path = pathIn(directory);
  return new LogFile({
    places: [{ path, lockPath: `${path}.lock`, quarantinePath: `${path}.torn`, intentPath: `${path}.intent` }],
    policy: { ...policy, emptyFileRollover: false },
    hasForeignWriters: false,
    fileSystem: nodeFileSystem,
    openLock: openSqliteFileLock,
    now: () => performance.now(),
    onEvent: ({ type }) => {
      throw new Error(`UNEXPECTED_EVENT: the file is ${type}`);
    },
    formatNote: ({ type }) => {
      throw new Error(`UNEXPECTED_NOTE: the file has "${type}" to say`);
    },
  });
}

/** The file and all its backups, each of one line, so that every turn that is measured does the same. */
function fill(directory: string, backups: number): void {
  for (let number = 0; number <= backups; number++) appendFileSync(backupPath(pathIn(directory), number), line);
}

function pathIn(directory: string): string {
  return join(directory, 'a.log');
}
