/**
 * The file at a path as this process has it open, and its backups. All of it happens under the file's lock, and what is
 * said here holds for as long as the lock is held:
 *
 * - `settle` makes sure that what is open is what the path names, and that it ends in a whole line;
 * - `append` adds whole lines, or, on an error, leaves the file as it was after the last whole line;
 * - `rotate` makes room, or finishes the rotation that a dead writer began.
 *
 * Every operation throws the operating system's error. The caller closes the file then, and starts anew.
 */
import { dirname } from 'node:path';

import { backupPath, cascade } from '../rotation/cascade.ts';
import { formatIntent, parseIntent, type IntendedMove } from '../rotation/intent.ts';
import type { FileStatus, FileSystem } from './file-system.ts';
import { endOfLastLine } from './last-line.ts';
import { repairTornTail, type Fragment } from './torn-tail.ts';

/** Where a file and its bookkeeping live. */
export interface LogFilePlace {
  readonly path: string;
  readonly lockPath: string;
  /** Takes the fragments of lines that dead writers left. */
  readonly quarantinePath: string;
  /** Says, while a rotation is under way, what is to be renamed. */
  readonly intentPath: string;
}

const fileMode = 0o640;
const directoryMode = 0o750;

/** What `settle` found. */
export interface Settled {
  /** Others have written since, or this process has just opened the file. */
  readonly isChanged: boolean;
  /** What a dead writer had left at the end, and is now elsewhere. */
  readonly fragment?: Fragment;
}

/** The file as it is open. */
interface OpenFile {
  readonly descriptor: number;
  readonly status: FileStatus;
  /** What it was when the lock was last let go of, and what it is while it is held. */
  size: number;
  /** Whether it is known to end in a whole line; unknown for one that was there before. */
  endsWhole: boolean;
}

export interface RotatingFileOptions {
  readonly place: LogFilePlace;
  readonly fileSystem: FileSystem;
  /**
   * Whether others append to the file without asking for the lock. Nothing is cut off then, because it might be theirs: half a
   * line gets an end instead.
   */
  readonly hasForeignWriters: boolean;
}

export class RotatingFile {
  readonly place: LogFilePlace;
  readonly #fileSystem: FileSystem;
  readonly #hasForeignWriters: boolean;
  #file: OpenFile | undefined;
  #isDirectoryChanged = false;

  constructor({ place, fileSystem, hasForeignWriters }: RotatingFileOptions) {
    this.place = place;
    this.#fileSystem = fileSystem;
    this.#hasForeignWriters = hasForeignWriters;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  get descriptor(): number {
    return this.#opened.descriptor;
  }

  get size(): number {
    return this.#opened.size;
  }

  /** False for a device, a pipe or the like, which is never renamed. */
  get isRegularFile(): boolean {
    return this.#opened.status.isRegularFile;
  }

  /** Opens the file if it is not; makes it, and the directories, if they are missing. The one operation that needs no lock. */
  open(): void {
    if (this.#file !== undefined) return;
    const { path, lockPath } = this.place;
    this.#fileSystem.makeDirectory(dirname(path), directoryMode);
    this.#fileSystem.makeDirectory(dirname(lockPath), directoryMode);
    const descriptor = this.#fileSystem.openForAppend(path, fileMode);
    const status = this.#fileSystem.descriptorStatus(descriptor);
    // An empty file may have just come to be.
    if (status.size === 0) this.#isDirectoryChanged = true;
    this.#file = { descriptor, status, size: status.size, endsWhole: status.size === 0 || !status.isRegularFile };
  }

  settle(): Settled {
    const { path } = this.place;
    const ours = this.#file;
    const seen = this.#fileSystem.status(path);
    // The number of an inode is not given again while somebody holds it open, so comparing with ours is safe.
    const isOurs = ours !== undefined && seen !== undefined && isSameFile(seen, ours.status);
    if (isOurs && seen.size === ours.size && ours.endsWhole) return { isChanged: false };
    if (!isOurs) this.#reopen();
    const file = this.#opened;
    if (isOurs) file.size = seen.size;
    const fragment = file.status.isRegularFile ? this.#repair(file) : undefined;
    file.endsWhole = true;
    return { isChanged: true, ...(fragment && { fragment }) };
  }

  /** Appends bytes that end in a newline. Returns how many were written, and the error that kept it from more. */
  append(bytes: Uint8Array): { readonly written: number; readonly error?: unknown } {
    const file = this.#opened;
    let written = 0;
    try {
      while (written < bytes.length) written += this.#fileSystem.append(file.descriptor, bytes.subarray(written));
    } catch (error) {
      return { written, error };
    }
    file.size += written;
    return { written };
  }

  /** Of the bytes that were written last, takes the first `whole` for good, and cuts off the rest. */
  cutBack(written: number, whole: number): void {
    const file = this.#opened;
    if (whole < written && this.#hasForeignWriters) file.endsWhole = false;
    else if (whole < written) this.#fileSystem.truncate(file.descriptor, file.size + whole);
    file.size += whole;
  }

  /** Renames the file and its backups, and opens a new file with the mode and owner of the old. */
  rotate(backups: number): void {
    const { status } = this.#opened;
    this.close();
    // One that a dead writer began, and wanted for the same reason, is finished in place of another.
    if (!this.#finishRotation()) this.#move(this.#intend(backups));
    this.open();
    this.#fileSystem.setModeAndOwner(this.#opened.descriptor, status);
    // A foreign writer may have been quicker.
    this.settle();
  }

  /** Whether the path, or that of one of so many backups, names the file that is open. */
  isFound(backups: number): boolean {
    const { path } = this.place;
    const ours = this.#opened.status;
    const now = this.#fileSystem.status(path);
    if (now !== undefined && isSameFile(now, ours)) return true;
    for (let number = 1; number <= backups; number++) {
      const backup = this.#fileSystem.linkStatus(backupPath(path, number));
      if (backup !== undefined && isSameFile(backup, ours)) return true;
    }
    return false;
  }

  /** Whether names in the directory have changed since this was last asked. */
  takeDirectoryChange(): boolean {
    const isChanged = this.#isDirectoryChanged;
    this.#isDirectoryChanged = false;
    return isChanged;
  }

  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) this.#fileSystem.close(file.descriptor);
  }

  get #opened(): OpenFile {
    if (this.#file === undefined) throw new Error(`NOT_OPEN: "${this.place.path}" is not open`);
    return this.#file;
  }

  /** Another process has rotated the file, or somebody has moved or removed it; or it has not been open yet. */
  #reopen(): void {
    const { lockPath } = this.place;
    if (this.#file !== undefined && this.#fileSystem.linkStatus(lockPath) === undefined) {
      // The lock that is held is then one that nobody else can see. Failing gives it up; the next turn makes a new one.
      throw new Error(`ENOENT: "${lockPath}" was removed, so other processes cannot see this one's lock`);
    }
    this.close();
    this.#finishRotation();
    this.open();
  }

  #repair(file: OpenFile): Fragment | undefined {
    if (this.#hasForeignWriters) {
      if (endOfLastLine(this.#fileSystem, file.descriptor, file.size) < file.size) {
        file.size += this.#fileSystem.append(file.descriptor, newline);
      }
      return undefined;
    }
    const fragment = repairTornTail(this.#fileSystem, file.descriptor, file.size, this.place.quarantinePath, fileMode);
    if (fragment !== undefined) file.size -= fragment.bytes;
    return fragment;
  }

  #intend(backups: number): readonly IntendedMove[] {
    const { path, intentPath } = this.place;
    const statuses = new Map<number, FileStatus | undefined>();
    const statusOf = (number: number): FileStatus | undefined => {
      if (!statuses.has(number)) statuses.set(number, this.#fileSystem.linkStatus(backupPath(path, number)));
      return statuses.get(number);
    };
    const moves = cascade(backups, (number) => statusOf(number) !== undefined).map((move): IntendedMove => {
      const { device = 0, inode = 0 } = statusOf(move.number) ?? {};
      return { ...move, device, inode };
    });
    this.#fileSystem.writeFile(intentPath, formatIntent(moves), fileMode);
    return moves;
  }

  #move(moves: readonly IntendedMove[]): void {
    const { path, intentPath } = this.place;
    for (const { number, replaces } of moves) {
      const to = backupPath(path, number + 1);
      // Removed first rather than replaced: ext4 starts writing the source back when a rename replaces a file.
      if (replaces && this.#fileSystem.linkStatus(to) !== undefined) this.#fileSystem.remove(to);
      this.#fileSystem.rename(backupPath(path, number), to);
    }
    this.#fileSystem.remove(intentPath);
  }

  /** Does what is left of a rotation whose writer died; false where there is none. */
  #finishRotation(): boolean {
    const bytes = this.#fileSystem.readFile(this.place.intentPath);
    if (bytes === undefined) return false;
    const moves = parseIntent(bytes);
    const left = moves.filter(({ number, device, inode }) => {
      const status = this.#fileSystem.linkStatus(backupPath(this.place.path, number));
      return status !== undefined && isSameFile(status, { device, inode });
    });
    this.#move(left);
    return left.length > 0;
  }
}

const newline = Uint8Array.of(0x0a);

function isSameFile(one: Pick<FileStatus, 'device' | 'inode'>, other: Pick<FileStatus, 'device' | 'inode'>): boolean {
  return one.inode === other.inode && one.device === other.device;
}
