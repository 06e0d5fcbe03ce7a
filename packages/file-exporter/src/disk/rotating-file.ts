/**
 * The file at a path as this process has it open, and its backups. All of it happens under the file's lock, and what is
 * said here holds for as long as the lock is held:
 *
 * - `settle` makes sure that what is open is what the path names, and that it ends in a whole line;
 * - `append` adds whole lines, and `cutBack` takes back, after an error, what is not whole;
 * - `rotate` makes room, and `finishRotation` does what is left where a writer died while it did.
 *
 * Every operation throws the operating system's error. The caller closes the file then, and starts anew.
 */
import { dirname } from 'node:path';

import { backupPath, cascade } from '../rotation/cascade.ts';
import {
  formatIntent,
  movesLeft,
  parseIntent,
  type Intent,
  type IntendedMove,
  type Retired,
} from '../rotation/intent.ts';
import type { CompressedBackup } from './compress-backup.ts';
import type { FileStatus, FileSystem } from './file-system.ts';
import { endOfLastLine } from './last-line.ts';
import type { LogFilePlace } from './log-file-place.ts';
import { compressedEnding, isCompressedFormOf } from './opened-backup.ts';
import { readRetired } from './read-retired.ts';
import { repairTornTail, type Fragment } from './torn-tail.ts';

/** The first backup may still be read by whoever follows the file. */
export const firstCompressed = 2;

const fileMode = 0o640;
const directoryMode = 0o750;

/** What `settle` found. */
export interface Settled {
  /** Others have written since, or this process has just opened the file. */
  readonly isChanged: boolean;
  /** This process has just opened the file, so a dead writer may have left a rotation unfinished. */
  readonly isNew: boolean;
  /** What a dead writer had left at the end, and is now elsewhere. */
  readonly fragment?: Fragment;
}

/** The file as it is open. */
interface OpenFile {
  readonly descriptor: number;
  readonly status: FileStatus;
  /** What it was when the lock was last let go of, and what it is while it is held. */
  size: number;
  /** Whether it was looked at under the lock since it was opened, and ended in a whole line then. */
  isSettled: boolean;
}

/** What came of finishing a rotation. */
export interface Finished {
  /** Whether there was one that had not come to the file itself. */
  readonly hasRotated: boolean;
  /** What rotation has taken, and the trail may not have been told. */
  readonly retiring: readonly Retired[];
}

export interface RotatingFileOptions {
  readonly place: LogFilePlace;
  readonly fileSystem: FileSystem;
  /**
   * Whether others append to the file without asking for the lock. Nothing is cut off then, because it might be theirs: half a
   * line gets an end instead.
   */
  readonly hasForeignWriters: boolean;
  /** Is told when the file is about to be closed. Must not throw. */
  readonly beforeClose: () => void;
}

export class RotatingFile {
  readonly place: LogFilePlace;
  readonly #fileSystem: FileSystem;
  readonly #hasForeignWriters: boolean;
  readonly #beforeClose: () => void;
  #file: OpenFile | undefined;
  /** Whether a name of the open file may be one that is not on the platter: others make files, and do not always sync. */
  #isNameNew = false;

  constructor({ place, fileSystem, hasForeignWriters, beforeClose }: RotatingFileOptions) {
    this.place = place;
    this.#fileSystem = fileSystem;
    this.#hasForeignWriters = hasForeignWriters;
    this.#beforeClose = beforeClose;
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
    try {
      const status = this.#fileSystem.descriptorStatus(descriptor);
      this.#file = { descriptor, status, size: status.size, isSettled: false };
    } catch (error) {
      this.#fileSystem.close(descriptor);
      throw error;
    }
    this.#isNameNew = true;
  }

  settle(): Settled {
    const { path } = this.place;
    const ours = this.#file;
    const seen = this.#fileSystem.status(path);
    // The number of an inode is not given again while somebody holds it open, so comparing with ours is safe.
    const isOurs = ours !== undefined && seen !== undefined && isSameFile(seen, ours.status);
    if (isOurs && seen.size === ours.size && ours.isSettled) return { isChanged: false, isNew: false };
    if (!isOurs) {
      // Another process has rotated the file, or somebody has moved or removed it.
      this.close();
      this.open();
    }
    const file = this.#opened;
    if (isOurs) file.size = seen.size;
    const isNew = !file.isSettled;
    const fragment = file.status.isRegularFile ? this.#repair(file) : undefined;
    file.isSettled = true;
    return { isChanged: true, isNew, ...(fragment && { fragment }) };
  }

  /** Appends bytes that end in a newline. Returns how many were written, and the error that kept it from more. */
  append(bytes: Uint8Array): { readonly written: number; readonly error?: unknown } {
    const file = this.#opened;
    let written = 0;
    try {
      while (written < bytes.length) {
        const taken = this.#fileSystem.append(file.descriptor, bytes.subarray(written));
        if (taken === 0) throw new Error(`NOTHING_WRITTEN: "${this.place.path}" takes no bytes, and does not say why`);
        written += taken;
      }
    } catch (error) {
      return { written, error };
    }
    file.size += written;
    return { written };
  }

  /**
   * After an error of `append`: of the bytes that it has written, leaves the first `whole`. Cuts nothing where somebody has appended
   * without the lock meanwhile, as it might be theirs.
   */
  cutBack(written: number, whole: number): void {
    const file = this.#opened;
    if (whole === written || this.#fileSystem.descriptorStatus(file.descriptor).size !== file.size + written) return;
    this.#fileSystem.truncate(file.descriptor, file.size + whole);
  }

  /** Where nothing may be cut off, half a line at the end gets an end. */
  endLine(): void {
    const file = this.#opened;
    if (!file.status.isRegularFile) return;
    if (endOfLastLine(this.#fileSystem, file.descriptor, file.size) < file.size) {
      file.size += this.#fileSystem.append(file.descriptor, newline);
    }
  }

  /**
   * Renames the file and its backups, and opens a new file with the mode and owner of the old. Returns what a trail is to be told about
   * it, with what it is still to be told of earlier rotations; this is remembered until `forgetRotation`.
   */
  rotate(backups: number, trail?: { readonly untold: readonly Retired[] }): readonly Retired[] {
    this.#removeTwins(backups);
    const moves = this.#movesOf(backups);
    const isTaking = trail !== undefined && moves.some(({ replaces }) => replaces);
    const retired = isTaking ? readRetired(this.#fileSystem, this.backupPath(backups)) : undefined;
    const retiring = [...(trail?.untold ?? []), ...(retired === undefined ? [] : [retired])];
    this.#intend({ moves, retiring });
    this.#move({ moves, retiring });
    return retiring;
  }

  /** Does what is left of a rotation whose writer died, or could not go on. */
  finishRotation(): Finished {
    const bytes = this.#fileSystem.readFile(this.place.intentPath);
    if (bytes === undefined) return { hasRotated: false, retiring: [] };
    const { moves, retiring } = parseIntent(bytes);
    const left = movesLeft(moves, (number) => this.#statusOf(number));
    this.#move({ moves: left, retiring });
    return { hasRotated: left.some(({ number }) => number === 0), retiring };
  }

  /** The trail has been told. */
  forgetRotation(): void {
    this.#fileSystem.remove(this.place.intentPath);
  }

  /** Where a backup is, by its number: compressed or not, as others may compress that do not ask us. Number 0 is the file itself. */
  backupPath(number: number): string {
    const plain = backupPath(this.place.path, number);
    if (number < firstCompressed) return plain;
    if (this.#fileSystem.linkStatus(plain) !== undefined) return plain;
    const compressed = plain + compressedEnding;
    return this.#fileSystem.linkStatus(compressed) === undefined ? plain : compressed;
  }

  /**
   * The backup is replaced by its compressed form, wherever rotation has moved it meanwhile. False, and nothing is replaced, while a rotation
   * is to be finished, which knows the files by their inodes, and where somebody else compresses: whoever has removed the bookkeeping
   * has removed the lock against that.
   */
  takeCompressed({ original, compressed }: CompressedBackup, backups: number): boolean {
    const { compressingPath, intentPath } = this.place;
    if (compressingPath === undefined || !this.#isAt(compressingPath, compressed)) return false;
    if (this.#fileSystem.linkStatus(intentPath) !== undefined) {
      this.#fileSystem.remove(compressingPath);
      return false;
    }
    const plain = this.#pathOf(original, backups);
    if (plain !== undefined) this.#fileSystem.rename(compressingPath, plain + compressedEnding);
    this.#fileSystem.remove(plain ?? compressingPath);
    return true;
  }

  /** Whether the path, or that of one of so many backups, names the file that is open. */
  isFound(backups: number): boolean {
    const ours = this.#opened.status;
    for (let number = 0; number <= backups; number++) {
      const status = this.#fileSystem.status(backupPath(this.place.path, number));
      if (status !== undefined && isSameFile(status, ours)) return true;
    }
    return false;
  }

  /** Returns when the names by which the file is found are on the platter. */
  syncNames(): void {
    if (!this.#isNameNew) return;
    this.#syncDirectories();
    this.#isNameNew = false;
  }

  close(): void {
    if (this.#file === undefined) return;
    this.#beforeClose();
    const { descriptor } = this.#file;
    this.#file = undefined;
    this.#fileSystem.close(descriptor);
  }

  /** Of a backup that is not compressed; undefined where retention has taken it. */
  #pathOf(backup: FileStatus, backups: number): string | undefined {
    for (let number = firstCompressed; number <= backups; number++) {
      const path = backupPath(this.place.path, number);
      if (this.#isAt(path, backup)) return path;
    }
    return undefined;
  }

  #isAt(path: string, file: FileStatus): boolean {
    const status = this.#fileSystem.linkStatus(path);
    return status !== undefined && isSameFile(status, file);
  }

  get #isCompressing(): boolean {
    return this.place.compressingPath !== undefined;
  }

  get #opened(): OpenFile {
    if (this.#file === undefined) throw new Error(`NOT_OPEN: "${this.place.path}" is not open`);
    return this.#file;
  }

  #repair(file: OpenFile): Fragment | undefined {
    if (this.#hasForeignWriters) {
      this.endLine();
      return undefined;
    }
    const fragment = repairTornTail(this.#fileSystem, file.descriptor, file.size, this.place.quarantinePath, fileMode);
    if (fragment !== undefined) file.size -= fragment.bytes;
    return fragment;
  }

  /**
   * Whatever happens meanwhile, there is the old intent or the new one: the old may be all that knows of what was not told yet. What the
   * trail is to be told of is on the platter before anything is removed; and before that, the names that it is about.
   */
  #intend(intent: Intent): void {
    const { intentPath } = this.place;
    const newPath = `${intentPath}.new`;
    this.#fileSystem.writeFile(newPath, formatIntent(intent), fileMode);
    if (intent.retiring.length === 0) return this.#fileSystem.rename(newPath, intentPath);
    this.#syncFile(newPath);
    this.#syncDirectories();
    this.#fileSystem.rename(newPath, intentPath);
    this.#fileSystem.syncDirectory(dirname(intentPath));
  }

  /** In this order: an old intent that lost power brings back, when others have its inodes, would have them renamed. */
  #syncDirectories(): void {
    const { path, intentPath } = this.place;
    this.#fileSystem.syncDirectory(dirname(intentPath));
    this.#fileSystem.syncDirectory(dirname(path));
  }

  #syncFile(path: string): void {
    const descriptor = this.#fileSystem.openForAppend(path, fileMode);
    try {
      this.#fileSystem.sync(descriptor);
    } finally {
      this.#fileSystem.close(descriptor);
    }
  }

  #movesOf(backups: number): readonly IntendedMove[] {
    const statuses = new Map<number, FileStatus | undefined>();
    const statusOf = (number: number): FileStatus | undefined => {
      if (!statuses.has(number)) statuses.set(number, this.#statusOf(number));
      return statuses.get(number);
    };
    return cascade(backups, (number) => statusOf(number) !== undefined).map((move): IntendedMove => {
      const { device = 0, inode = 0 } = statusOf(move.number) ?? {};
      return { ...move, device, inode };
    });
  }

  #statusOf(number: number): FileStatus | undefined {
    return this.#fileSystem.linkStatus(this.backupPath(number));
  }

  /** A process that died between the renaming and the removing has left a backup in both forms; the plain one is going to be compressed again. */
  #removeTwins(backups: number): void {
    if (!this.#isCompressing) return;
    for (let number = firstCompressed; number <= backups; number++) {
      const plain = backupPath(this.place.path, number);
      const compressed = plain + compressedEnding;
      const hasBoth = [plain, compressed].every((each) => this.#fileSystem.linkStatus(each) !== undefined);
      if (hasBoth && isCompressedFormOf(this.#fileSystem, compressed, plain)) this.#fileSystem.remove(compressed);
    }
  }

  /**
   * Somebody who does not ask for the lock may have taken it away in this very moment. By the next, another writer may have made a new
   * one, so what is there then says nothing.
   */
  #renameIfThere(from: string, to: string): void {
    try {
      this.#fileSystem.rename(from, to);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  #move({ moves, retiring }: Intent): void {
    const { path } = this.place;
    const { status } = this.#opened;
    const hasRotated = moves.some(({ number }) => number === 0);
    if (hasRotated) this.close();
    for (const { number, replaces } of moves) {
      // Removed first rather than replaced: ext4 starts writing the source back when a rename replaces a file.
      if (replaces && this.#statusOf(number + 1) !== undefined) this.#fileSystem.remove(this.backupPath(number + 1));
      const from = this.backupPath(number);
      this.#renameIfThere(from, backupPath(path, number + 1) + from.slice(backupPath(path, number).length));
    }
    if (retiring.length === 0) this.forgetRotation();
    if (!hasRotated) return;
    this.open();
    this.#fileSystem.setModeAndOwner(this.#opened.descriptor, status);
  }
}

const newline = Uint8Array.of(0x0a);

function isSameFile(one: Pick<FileStatus, 'device' | 'inode'>, other: Pick<FileStatus, 'device' | 'inode'>): boolean {
  return one.inode === other.inode && one.device === other.device;
}
