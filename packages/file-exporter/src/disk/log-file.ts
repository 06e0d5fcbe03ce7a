/**
 * One rotating log file: lines in, bytes on disk, whatever other processes do to the same file meanwhile.
 *
 * Every write is one turn under the file's kernel lock: look at the path, repair what a dead writer left, then for each
 * line decide by the file's live size whether it rotates first, and append. What follows from that:
 *
 * - only the lock's holder changes names or bytes, so between look and unlock the path names the file we append to;
 * - a turn starts with the file ending in a newline, so lines are never torn into each other;
 * - a line leaves memory only when all its bytes were written, so nothing is lost and nothing is written twice;
 * - the decision uses the size of the file, not of our share in it, so P processes leave the files that one would.
 *
 * While the disk refuses, lines wait in memory within a bound; a line of the file itself says how many did not fit.
 * When only renaming fails, lines are appended past the limit rather than dropped (Python drops them).
 *
 * Limits: what is in memory dies with a SIGKILL; a program that appends to the file without the lock can tear our lines.
 */
import { dirname } from 'node:path';

import { cascade } from '../rotation/cascade.ts';
import {
  countCharacters,
  fitsWithoutRotation,
  nextStep,
  type RotationPolicy,
  type Seen,
} from '../rotation/next-step.ts';
import { Backoff } from './backoff.ts';
import type { FileLock, OpenFileLock } from './file-lock.ts';
import type { FileStatus, FileSystem } from './file-system.ts';
import { LineQueue } from './line-queue.ts';
import { repairTornTail } from './torn-tail.ts';

/** Where a file and its bookkeeping live. */
export interface LogFilePlace {
  readonly path: string;
  readonly lockPath: string;
  /** Takes the fragments of lines that dead writers left. */
  readonly quarantinePath: string;
}

export interface LogFileOptions {
  /** The first place that can be opened is used. */
  readonly places: readonly [LogFilePlace, ...LogFilePlace[]];
  readonly policy: RotationPolicy;
  readonly fileSystem: FileSystem;
  readonly openLock: OpenFileLock;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  readonly onEvent: (event: LogFileEvent) => void;
  /** The line that tells readers of the file how many records are missing here. */
  readonly droppedLine: (droppedRecords: number) => string;
}

export type LogFileEvent =
  /** The file is not written as it should be; `effect` says how instead. Once per change for the worse. */
  | {
      readonly type: 'degraded';
      readonly path: string;
      readonly effect: DegradedEffect;
      readonly error: Error;
      /** Where the lines go, when they go `elsewhere`. */
      readonly fallbackPath?: string;
    }
  /** Lines are written again; `droppedRecords` were lost in between. */
  | { readonly type: 'recovered'; readonly path: string; readonly droppedRecords: number };

/** Lines go to another directory; wait in memory for the disk; are appended beyond the limit; are appended without the lock. */
export type DegradedEffect = 'elsewhere' | 'waiting' | 'unrotated' | 'unlocked';

/** What became of a turn: `busy` when another writer held the lock for all of the given time. */
export type FlushResult = 'written' | 'busy' | 'failed';

/** One `write()` at most: a SIGKILL can cut larger ones (33 MB were cut in 15 of 15 kills, 64 KiB in none of 110). */
const maxWriteCharacters = 64 * 1024;
const fileMode = 0o640;
const directoryMode = 0o750;

/** The file as we have it open. */
interface OpenFile {
  readonly descriptor: number;
  readonly status: FileStatus;
  /** What it was when we last let go of the lock. */
  size: number;
  /** Whether the file is known to end in a whole line; unknown for one that was there before us. */
  endsWhole: boolean;
}

/** All files write in turns on one thread, so one buffer serves them all. */
const scratch = Buffer.allocUnsafeSlow(4 * maxWriteCharacters);

export class LogFile {
  readonly #options: LogFileOptions;
  readonly #queue = new LineQueue();
  readonly #writing: Backoff;
  readonly #renaming: Backoff;
  readonly #locking: Backoff;
  #place: LogFilePlace;
  #lock: FileLock;
  #file: OpenFile | undefined;
  /** Whether the last word to `onEvent` was `degraded`, by a disk or a rename that still fails. */
  #isDegraded = false;
  #droppedWhileDegraded = 0;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#writing = new Backoff(options.now);
    this.#renaming = new Backoff(options.now);
    this.#locking = new Backoff(options.now);
    this.#place = options.places[0];
    this.#lock = options.openLock(this.#place.lockPath);
    this.#openFirstPlace();
  }

  /** Where lines go now. */
  get path(): string {
    return this.#place.path;
  }

  /** Characters that wait in memory; 0 when all is written. */
  get queuedCharacters(): number {
    return this.#queue.characters;
  }

  /** Milliseconds until a failing disk is worth another attempt; 0 when it is. */
  get retryDelayMillis(): number {
    return this.#writing.delayMillis;
  }

  get isFailing(): boolean {
    return this.#writing.isFailing;
  }

  /** Takes a line, its newline included, for the next turn. */
  append(line: string): void {
    this.#queue.push(line);
  }

  /**
   * Writes all that waits. Never throws.
   *
   * @param lockTimeoutMillis how long other writers may block this thread; 0 is one attempt.
   */
  flush(lockTimeoutMillis: number): FlushResult {
    if (this.#queue.lines.length === 0) return 'written';
    const access = this.#acquire(lockTimeoutMillis);
    if (access === 'busy') return 'busy';
    if (access === 'unlocked') return this.appendWithoutLock();
    try {
      this.#writeQueue();
    } catch (error) {
      return this.#fail(error);
    } finally {
      this.#lock.release();
    }
    this.#succeed();
    return 'written';
  }

  /**
   * The last resort, where locks do not work or the process ends while another holds the lock: appends as things are,
   * without rotating. The kernel keeps appends whole; only the limit may be passed, and a line land in a file that was just renamed.
   */
  appendWithoutLock(): FlushResult {
    try {
      // What we have open may have been rotated away any number of times since: only a fresh look is safe.
      this.#closeFile();
      const file = this.#open();
      while (this.#queue.lines.length > 0) this.#writeLines(file, this.#queue.lines.length);
      return 'written';
    } catch (error) {
      return this.#fail(error);
    }
  }

  close(): void {
    this.#closeFile();
    this.#lock.close();
  }

  #acquire(timeoutMillis: number): 'locked' | 'busy' | 'unlocked' {
    if (this.#locking.delayMillis > 0) return 'unlocked';
    try {
      // The lock's directory is made with the file.
      if (this.#file === undefined) this.#open();
      const isLocked = this.#lock.acquire(timeoutMillis);
      this.#locking.succeed();
      return isLocked ? 'locked' : 'busy';
    } catch (error) {
      // The lock's own file may be gone, with the directory say: the next attempt opens it anew.
      this.#lock.close();
      this.#degrade('unlocked', error);
      this.#locking.fail();
      return 'unlocked';
    }
  }

  #openFirstPlace(): void {
    const [first] = this.#options.places;
    let firstError: Error | undefined;
    for (const place of this.#options.places) {
      try {
        this.#moveTo(place);
        this.#open();
        if (firstError !== undefined) {
          const fallback = { effect: 'elsewhere', fallbackPath: place.path } as const;
          this.#options.onEvent({ type: 'degraded', path: first.path, error: firstError, ...fallback });
        }
        return;
      } catch (error) {
        firstError ??= asError(error);
      }
    }
    this.#moveTo(first);
    this.#fail(firstError);
  }

  #moveTo(place: LogFilePlace): void {
    if (place === this.#place) return;
    this.close();
    this.#place = place;
    this.#lock = this.#options.openLock(place.lockPath);
  }

  #open(): OpenFile {
    const { fileSystem } = this.#options;
    const { path, lockPath } = this.#place;
    fileSystem.makeDirectory(dirname(path), directoryMode);
    fileSystem.makeDirectory(dirname(lockPath), directoryMode);
    const descriptor = fileSystem.openForAppend(path, fileMode);
    const status = fileSystem.descriptorStatus(descriptor);
    return (this.#file = {
      descriptor,
      status,
      size: status.size,
      endsWhole: status.size === 0 || !status.isRegularFile,
    });
  }

  #closeFile(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) this.#options.fileSystem.close(file.descriptor);
  }

  #writeQueue(): void {
    let file = this.#settle();
    for (;;) {
      const [line] = this.#queue.lines;
      if (line === undefined) {
        if (!this.#queueDroppedLine()) return;
        continue;
      }
      if (this.#step(file, file.size, line) === 'rotate') file = this.#rotate(file);
      this.#writeLines(file, this.#countLinesBeforeRotation(file));
    }
  }

  /** Makes sure that what we have open is what the path names, and that it ends in a whole line. */
  #settle(): OpenFile {
    const { fileSystem } = this.#options;
    const ours = this.#file ?? this.#open();
    const seen = fileSystem.status(this.#place.path);
    // The number of an inode is not given again while somebody holds it open, so comparing with ours is safe.
    const isOurs = seen !== undefined && seen.inode === ours.status.inode && seen.device === ours.status.device;
    if (isOurs && seen.size === ours.size && ours.endsWhole) return ours;
    const file = isOurs ? ours : this.#reopen();
    if (isOurs) file.size = seen.size;
    if (file.status.isRegularFile) {
      file.size = repairTornTail(fileSystem, file.descriptor, file.size, this.#place.quarantinePath, fileMode);
    }
    file.endsWhole = true;
    return file;
  }

  /** Another process has rotated the file, or somebody has moved or removed it. */
  #reopen(): OpenFile {
    const { lockPath } = this.#place;
    if (!this.#options.fileSystem.exists(lockPath)) {
      // What we hold is then a lock that nobody else can see. Failing gives it up; the next turn makes a new one.
      throw new Error(`ENOENT: "${lockPath}" was removed, so other processes cannot see this one's lock`);
    }
    this.#closeFile();
    return this.#open();
  }

  #step(file: OpenFile, size: number, line: string): 'append' | 'rotate' {
    if (this.#renaming.delayMillis > 0) return 'append';
    return nextStep(seenWith(file, size), this.#options.policy, countCharacters(line));
  }

  /** How many lines at the head of the queue go into one write: at least one, none of which asks for a rotation but the first. */
  #countLinesBeforeRotation(file: OpenFile): number {
    const { lines } = this.#queue;
    let characters = 0;
    let count = 0;
    for (; count < lines.length && characters < maxWriteCharacters; count++) characters += (lines[count] ?? '').length;
    // Three bytes are the most that one UTF-16 code unit becomes: far from the limit nothing has to be counted.
    if (fitsWithoutRotation(seenWith(file, file.size), this.#options.policy, characters * 3)) return count;
    let size = file.size;
    for (const [index, line] of lines.slice(0, count).entries()) {
      if (index > 0 && this.#step(file, size, line) === 'rotate') return index;
      size += Buffer.byteLength(line);
    }
    return count;
  }

  #rotate(file: OpenFile): OpenFile {
    const { fileSystem, policy } = this.#options;
    const { path } = this.#place;
    this.#closeFile();
    try {
      for (const move of cascade(path, policy.backups, (name) => fileSystem.exists(name))) {
        if (move.kind === 'remove') fileSystem.remove(move.path);
        else fileSystem.rename(move.from, move.to);
      }
      this.#renaming.succeed();
    } catch (error) {
      this.#degrade('unrotated', error);
      this.#renaming.fail();
      return this.#open();
    }
    const next = this.#open();
    fileSystem.setModeAndOwner(next.descriptor, file.status);
    return next;
  }

  /** Appends the first `count` lines. On an error the file is cut back to its last whole line, and only whole lines leave the queue. */
  #writeLines(file: OpenFile, count: number): void {
    const { fileSystem } = this.#options;
    const bytes = encode(this.#queue.lines, count);
    let written = 0;
    try {
      while (written < bytes.length) written += fileSystem.append(file.descriptor, bytes.subarray(written));
    } catch (error) {
      const whole = wholeLines(this.#queue.lines, written);
      if (whole.bytes < written) fileSystem.truncate(file.descriptor, file.size + whole.bytes);
      file.size += whole.bytes;
      this.#queue.shift(whole.count);
      throw error;
    }
    file.size += written;
    this.#queue.shift(count);
  }

  /** Puts the line about dropped records where they would have been: after all that was kept. */
  #queueDroppedLine(): boolean {
    const dropped = this.#queue.takeDroppedCount();
    if (dropped === 0) return false;
    this.#droppedWhileDegraded += dropped;
    this.#queue.push(this.#options.droppedLine(dropped));
    return true;
  }

  #fail(error: unknown): 'failed' {
    try {
      // What we have open may be what is wrong (a directory replaced, a disk mounted anew): the next turn starts afresh.
      this.close();
    } catch {
      // That a broken descriptor cannot be closed says nothing that `error` does not.
    }
    this.#degrade('waiting', error);
    this.#writing.fail();
    return 'failed';
  }

  #degrade(effect: DegradedEffect, error: unknown): void {
    if (this.#isDegraded) return;
    this.#isDegraded = true;
    this.#options.onEvent({ type: 'degraded', path: this.#place.path, effect, error: asError(error) });
  }

  #succeed(): void {
    this.#writing.succeed();
    if (!this.#isDegraded || this.#renaming.isFailing || this.#locking.isFailing) return;
    this.#isDegraded = false;
    this.#options.onEvent({ type: 'recovered', path: this.#place.path, droppedRecords: this.#droppedWhileDegraded });
    this.#droppedWhileDegraded = 0;
  }
}

function seenWith(file: OpenFile, size: number): Seen {
  return { size, isRegularFile: file.status.isRegularFile };
}

/** The first `count` lines as UTF-8; valid until the next call. */
function encode(lines: readonly string[], count: number): Uint8Array {
  let text = '';
  for (let index = 0; index < count; index++) text += lines[index];
  return text.length * 3 > scratch.length ? Buffer.from(text) : scratch.subarray(0, scratch.write(text));
}

/** How many lines, and how many bytes of them, are whole within the first `written` bytes. */
function wholeLines(lines: readonly string[], written: number): { count: number; bytes: number } {
  let bytes = 0;
  let count = 0;
  for (const line of lines) {
    const end = bytes + Buffer.byteLength(line);
    if (end > written) break;
    bytes = end;
    count++;
  }
  return { count, bytes };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
