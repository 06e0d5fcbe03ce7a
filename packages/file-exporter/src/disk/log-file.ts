/**
 * One rotating log file: lines in, bytes on disk, whatever other processes do to the same file meanwhile.
 *
 * Every write is one turn under the file's kernel lock: look at the path, repair what a dead writer left, then for each
 * line decide by the file's live size whether it rotates first, and append. What follows from that:
 *
 * - only the lock's holder changes names or bytes, so between look and unlock the path names the file we append to;
 * - a turn starts with the file ending in a newline, so lines are never torn into each other;
 * - a line leaves memory only when all its bytes were written, so nothing is lost and nothing is written twice;
 * - the decision uses the size of the file, not of our share in it, so P processes leave the files that one would;
 * - the lines of a trail are sealed here, where their order in the file is known.
 *
 * While the disk refuses, lines wait in memory within a bound; a line of the file itself says how many did not fit.
 * When only renaming fails, lines are appended past the limit rather than dropped (Python drops them).
 *
 * Limits: what is in memory dies with a SIGKILL; a program that appends to the file without the lock can tear our lines.
 */
import type { Retired } from '../rotation/intent.ts';
import { backupPath } from '../rotation/cascade.ts';
import { countCharacters, fitsWithoutRotation, nextStep, type RotationPolicy } from '../rotation/next-step.ts';
import { trailStart, type TrailHead } from '../trail/seal.ts';
import { Backoff } from './backoff.ts';
import { Batch } from './batch.ts';
import { compressBackup, gzipInBackground, type CompressedBackup, type Gzip } from './compress-backup.ts';
import type { FileLock, OpenFileLock } from './file-lock.ts';
import type { FormatNote } from './file-note.ts';
import type { FileSystem } from './file-system.ts';
import { GroupCommit } from './group-commit.ts';
import { LineQueue, type Line } from './line-queue.ts';
import { readTrailHead } from './read-trail-head.ts';
import type { LogFilePlace } from './log-file-place.ts';
import { firstCompressed, RotatingFile } from './rotating-file.ts';

export interface LogFileOptions {
  /** The first place that can be opened is used. */
  readonly places: readonly [LogFilePlace, ...LogFilePlace[]];
  readonly policy: RotationPolicy;
  /** Present for a file whose lines are sealed into a trail. They must be JSON objects in ASCII. */
  readonly trail?: TrailOptions | undefined;
  /** Whether others append to the file without asking for the lock. */
  readonly hasForeignWriters: boolean;
  readonly fileSystem: FileSystem;
  readonly openLock: OpenFileLock;
  /** What compresses backups, where the place says that they are. Default: `gzipInBackground`. */
  readonly gzip?: Gzip;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  readonly onEvent: (event: LogFileEvent) => void;
  readonly formatNote: FormatNote;
  /** The line of the last checkpoint is in the file. Must not throw. */
  readonly onCheckpointWritten?: () => void;
  /** A sync has ended, and there is something to write. Must not throw. */
  readonly onGathered?: () => void;
}

interface TrailOptions {
  /** A checkpoint is written after every so many lines; 0: none. */
  readonly checkpointEvery: number;
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
  /** Backups stay as they are. The next rotation tries again. */
  | { readonly type: 'uncompressed'; readonly path: string; readonly error: Error }
  /** Lines are written again; `droppedRecords` were lost in between. */
  | { readonly type: 'recovered'; readonly path: string; readonly droppedRecords: number };

/** Lines go to another directory; wait in memory for the disk; are appended beyond the limit; are appended without the lock. */
export type DegradedEffect = 'elsewhere' | 'waiting' | 'unrotated' | 'unlocked';

/** Which effect is worse than which. */
const severityOf: Readonly<Record<DegradedEffect, number>> = { elsewhere: 0, unrotated: 1, unlocked: 2, waiting: 3 };

/** What became of a turn: `busy` when another writer held the lock for all of the given time. */
export type FlushResult = 'written' | 'busy' | 'failed';

/** One `write()` at most: a SIGKILL can cut larger ones (33 MB were cut in 15 of 15 kills, 64 KiB in none of 110). */
const maxWriteBytes = 64 * 1024;
const maxLinesWithoutSeal = 256;
/** How long a caller who waits for the platter waits for other writers. */
const durableMillis = 5_000;
/** How long a compressed backup waits for its name before it is left to the next rotation. */
const compressedLockMillis = 50;

/** A batch, and how many of its lines may be of which kind; those that waited come last. */
interface Writing {
  readonly batch: Batch;
  readonly checkpoints: number;
  readonly retirements: number;
  readonly notes: number;
}

export class LogFile {
  readonly #options: LogFileOptions;
  readonly #queue = new LineQueue();
  readonly #commit = new GroupCommit();
  readonly #writing: Backoff;
  readonly #renaming: Backoff;
  readonly #locking: Backoff;
  #lockFailure: unknown;
  #file: RotatingFile;
  #lock: FileLock;
  /** What rotation has taken from the trail, which has to tell. */
  #retiring: readonly Retired[] = [];
  /** What else the writer itself has to say before the lines that wait. */
  #notes: string[] = [];
  /** Where the trail stands; unknown until it was read, and when the file may have changed. */
  #head: TrailHead | undefined;
  /** The newest head this process has seen: the trail goes on from it where the disk has lost it. */
  #newestHead: TrailHead | undefined;
  #isCheckpointDue = false;
  #isCompressing = false;
  #signature: { readonly head: TrailHead; readonly line: string } | undefined;
  #hasLinesSinceCheckpoint = false;
  /** The worst of what `onEvent` was told and still is so. */
  #degradation: DegradedEffect | undefined;
  #droppedWhileDegraded = 0;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#writing = new Backoff(options.now);
    this.#renaming = new Backoff(options.now);
    this.#locking = new Backoff(options.now);
    const [first] = options.places;
    this.#file = this.#fileAt(first);
    this.#lock = options.openLock(first.lockPath);
    this.#openFirstPlace();
  }

  /** Where lines go now. */
  get path(): string {
    return this.#file.place.path;
  }

  /** Bytes that wait in memory; 0 when all is written. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** Whether there is anything to write. */
  get isIdle(): boolean {
    return this.#queue.isIdle && this.#notes.length === 0 && !this.#isCheckpointDue;
  }

  /** Whether a caller waits for a line that is not written yet. */
  get isAwaited(): boolean {
    return this.#commit.unwrittenLines > 0;
  }

  /**
   * Whether a sync is under way, and all lines that wait are waited for: written now they would need a sync of their own, and the
   * write be held up by the one under way. Written after it they share the next with those whose callers are about to be told.
   */
  get isGathering(): boolean {
    return this.#commit.isSyncing && this.#commit.unwrittenLines === this.#queue.length;
  }

  /** When `giveUpLate` will have something to do, on the clock of the file; infinite where it will not. */
  get firstDeadline(): number {
    return this.#commit.firstDeadline;
  }

  /** Milliseconds until a failing disk is worth another attempt; 0 when it is. */
  get retryDelayMillis(): number {
    return this.#writing.delayMillis;
  }

  get isFailing(): boolean {
    return this.#writing.isFailing;
  }

  /** Takes a line, its newline included, for the next turn. What does not fit into memory is dropped and counted. */
  append(line: Line): void {
    this.#queue.push(line);
  }

  /**
   * Takes a line, and resolves when it is on the platter. Rejects, with the reason, when that fails, or when other writers keep it
   * from the file for longer than five seconds, or the disk takes so long (`giveUpLate`); the line is then not written later either,
   * unless only its sync has failed or is late.
   */
  appendDurably(line: Line): Promise<void> {
    const { path } = this;
    if (this.#queue.isFullFor(line)) {
      return Promise.reject(new Error(`QUEUE_FULL: "${path}" has as many lines waiting as memory may hold`));
    }
    this.#queue.push(line);
    return new Promise((resolve, reject) => {
      const place = this.#queue.takenLines + this.#queue.length;
      this.#commit.add({ place, deadline: this.#options.now() + durableMillis, resolve, reject });
    });
  }

  /** Signs where the trail stands, in the next turn, if there is anything new to sign. */
  requestCheckpoint(): void {
    if (this.#signsTrail && this.#hasLinesSinceCheckpoint) this.#isCheckpointDue = true;
  }

  /** A sync is under way that does not end: tells those who have waited for it for five seconds. Never throws. */
  giveUpLate(): void {
    const now = this.#options.now();
    if (this.firstDeadline > now) return;
    const reason = new Error(
      `SYNC_LATE: the disk has not said for five seconds whether it has the lines of "${this.path}"`,
    );
    this.#commit.giveUpWritten(reason, now);
    this.#withdraw(reason, now);
  }

  /**
   * Writes all that waits. Never throws.
   *
   * @param lockTimeoutMillis how long other writers may block this thread; 0 is one attempt.
   */
  flush(lockTimeoutMillis: number): FlushResult {
    if (this.isIdle) return 'written';
    try {
      // The lock's directory is made with the file.
      this.#file.open();
    } catch (error) {
      return this.#fail(error);
    }
    const access = this.#acquire(lockTimeoutMillis);
    if (access === 'busy') {
      this.#withdraw(
        new Error(`LOCK_BUSY: other writers of "${this.path}" have held its lock for too long`),
        this.#options.now(),
      );
      return 'busy';
    }
    if (access === 'unlocked') return this.#appendUnlocked();
    try {
      this.#writeAll();
    } catch (error) {
      return this.#fail(error);
    } finally {
      this.#release();
    }
    this.#succeed();
    void this.#sync();
    return 'written';
  }

  /**
   * The last resort, where locks do not work or the process ends while another holds the lock: appends as things are,
   * without rotating. The kernel keeps appends whole; only the limit may be passed, a line land in a file that was just
   * renamed, and the lines of a trail go without a seal or a signature, which take the lock. Nobody is told that a line is on the
   * platter. Nothing is cut off, so where the disk refuses the rest of a line, half of it remains.
   */
  appendWithoutLock(): FlushResult {
    this.#withdraw(new Error(`NOT_LOCKED: "${this.path}" cannot be locked`));
    this.#isCheckpointDue = false;
    try {
      // What we have open may have been rotated away any number of times since: only a fresh look is safe.
      this.#closeFile();
      this.#file.open();
      this.#file.endLine();
      do {
        while (this.#queue.length > 0 || this.#notes.length > 0) this.#write(this.#batchWithoutSeal(), 'unlocked');
      } while (this.#noteDropped());
    } catch (error) {
      return this.#fail(error);
    }
    this.#succeed();
    return 'written';
  }

  /** A directory that takes neither lock nor lines is said to refuse lines, which is the worse of the two. */
  #appendUnlocked(): FlushResult {
    const result = this.appendWithoutLock();
    if (result === 'written') this.#degrade('unlocked', this.#lockFailure);
    return result;
  }

  close(): void {
    try {
      this.#closeFile();
    } finally {
      this.#lock.close();
    }
  }

  #acquire(timeoutMillis: number): 'locked' | 'busy' | 'unlocked' {
    if (this.#locking.delayMillis > 0) return 'unlocked';
    try {
      const isLocked = this.#lock.acquire(timeoutMillis);
      this.#locking.succeed();
      return isLocked ? 'locked' : 'busy';
    } catch (error) {
      this.#lock.close();
      this.#lockFailure = error;
      this.#locking.fail();
      return 'unlocked';
    }
  }

  #release(): void {
    try {
      this.#lock.release();
    } catch {
      // Closing gives up whatever is left of it.
      this.#lock.close();
    }
  }

  #openFirstPlace(): void {
    const [first] = this.#options.places;
    let firstError: Error | undefined;
    for (const place of this.#options.places) {
      try {
        this.#moveTo(place);
        this.#file.open();
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
    if (place === this.#file.place) return;
    this.close();
    this.#file = this.#fileAt(place);
    this.#lock = this.#options.openLock(place.lockPath);
  }

  #fileAt(place: LogFilePlace): RotatingFile {
    const { fileSystem, hasForeignWriters } = this.#options;
    return new RotatingFile({ place, fileSystem, hasForeignWriters, beforeClose: () => this.#beforeClose() });
  }

  #closeFile(): void {
    this.#head = undefined;
    this.#retiring = [];
    this.#file.close();
  }

  #writeAll(): void {
    this.#settle();
    let exempt = 0;
    for (;;) {
      const next = this.#nextBatch(exempt);
      if (next === 'rotate') this.#rotate();
      else if (next !== undefined) this.#write(next, 'locked');
      else if (!this.#noteDropped()) return;
      // A line that is as large as a file goes into a file all the same, after what there is to say of the rotation it asked for.
      exempt = next === 'rotate' ? 1 + this.#retiring.length : 0;
    }
  }

  #settle(): void {
    const { fileSystem, policy, trail, formatNote } = this.#options;
    const { isChanged, isNew, fragment } = this.#file.settle();
    if (fragment !== undefined && trail !== undefined) this.#notes.unshift(formatNote({ type: 'repaired', fragment }));
    const isHeadUnknown = trail !== undefined && (isChanged || this.#head === undefined);
    const onDisk = isHeadUnknown
      ? readTrailHead(fileSystem, policy.backups, (number) => this.#file.backupPath(number))
      : undefined;
    if (onDisk !== undefined)
      this.#moveHead(this.#newestHead !== undefined && this.#newestHead.seq > onDisk.seq ? this.#newestHead : onDisk);
    // Others may have begun a rotation that they could not end, and so may we. It may take the line from which the trail goes on.
    const hasRotated = (isNew || this.#renaming.isFailing) && this.#finishRotation();
    // A rename that fails has closed it.
    this.#file.open();
    if (hasRotated) this.#settle();
    if (onDisk !== undefined) this.#goOnFrom(this.#retiring.at(-1), onDisk);
  }

  /**
   * Where retention has taken every line with a seal, what there is to tell of it still knows where the trail stood; what this process
   * remembers may be older. The lines on the disk, which have no seal, have come since.
   */
  #goOnFrom(retired: Retired | undefined, onDisk: TrailHead): void {
    if (retired === undefined || this.#head === undefined || this.#head.seq > retired.lastSeq) return;
    if (onDisk.seq === retired.lastSeq) return;
    const hash = onDisk.hash === trailStart.hash ? retired.lastHash : onDisk.hash;
    this.#moveHead({ seq: retired.lastSeq, hash });
  }

  /**
   * As many lines as go into one write: at least one, none of which asks for a rotation but the first `exempt`, which are not heard;
   * or that the first asks for one. Undefined where nothing waits.
   */
  #nextBatch(exempt: number): Writing | 'rotate' | undefined {
    const signature = this.#isCheckpointDue && this.#head ? [this.#sign(this.#head)] : [];
    const retirements = this.#retiring.map((retired) => this.#options.formatNote({ type: 'retired', retired }));
    const own = [...signature, ...retirements, ...this.#notes];
    const waiting = own.length + this.#queue.length;
    const batch = new Batch(this.#head);
    if (own.length === 0 && this.#head === undefined) this.#pushAllThatFit(batch);
    while (batch.length < waiting && batch.byteLength < maxWriteBytes) {
      const line = own[batch.length];
      if (line === undefined) this.#queue.pushOnto(batch, batch.length - own.length);
      else batch.push(Buffer.from(line));
      if (batch.length <= exempt || !this.#asksForRotation(batch)) continue;
      batch.pop();
      if (batch.length === 0) return 'rotate';
      break;
    }
    if (batch.length === 0) return undefined;
    return { batch, checkpoints: signature.length, retirements: retirements.length, notes: this.#notes.length };
  }

  /** Far from the limit of the file nothing has to be decided line by line. */
  #pushAllThatFit(batch: Batch): void {
    const ends = this.#queue.endsWithin(maxWriteBytes);
    if (!fitsWithoutRotation(this.#file, this.#options.policy, ends.at(-1) ?? 0)) return;
    batch.pushAll(this.#queue.view(0, ends.length), ends);
  }

  #batchWithoutSeal(): Writing {
    const batch = new Batch(undefined);
    for (const line of this.#notes) batch.push(Buffer.from(line));
    const count = Math.min(this.#queue.length, maxLinesWithoutSeal);
    for (let index = 0; index < count; index++) this.#queue.pushOnto(batch, index);
    return { batch, checkpoints: 0, retirements: 0, notes: this.#notes.length };
  }

  /** Would the newest line, after the others, have to go into a new file? */
  #asksForRotation(batch: Batch): boolean {
    const { policy } = this.#options;
    // Far from the limit nothing has to be counted.
    if (fitsWithoutRotation(this.#file, policy, batch.byteLength)) return false;
    if (this.#renaming.delayMillis > 0) return false;
    const { last } = batch;
    const { isRegularFile, size } = this.#file;
    const seen = { size: size + batch.byteLength - last.length, isRegularFile };
    return nextStep(seen, policy, countCharacters(last)) === 'rotate';
  }

  #rotate(): void {
    const { policy, trail } = this.#options;
    // One that a dead writer began, and wanted for the same reason, is finished in place of another.
    if (!this.#finishRotation()) {
      this.#rename(() => {
        this.#retiring = this.#file.rotate(policy.backups, trail && { untold: this.#retiring });
        void this.#compress();
      });
    }
    this.#file.open();
    this.#settle();
  }

  /** Compresses the backups that are not, one after the other, unless another process is at it. What is left over, the next rotation takes. */
  async #compress(): Promise<void> {
    const { fileSystem, policy, openLock, gzip = gzipInBackground } = this.#options;
    const { compressingPath } = this.#file.place;
    if (compressingPath === undefined || this.#isCompressing) return;
    this.#isCompressing = true;
    const claim = openLock(`${compressingPath}.lock`);
    try {
      if (!claim.acquire(0)) return;
      // Where the file is closed meanwhile, the process may want to end.
      for (let number = firstCompressed; number <= policy.backups && this.#file.isOpen; number++) {
        const outcome = await compressBackup(
          { fileSystem, gzip },
          backupPath(this.path, number),
          compressingPath,
          (backup) => this.#takeCompressed(backup),
        );
        if (outcome === 'in the way') return;
      }
      claim.release();
    } catch (error) {
      this.#options.onEvent({ type: 'uncompressed', path: this.path, error: asError(error) });
    } finally {
      claim.close();
      this.#isCompressing = false;
      // Closed meanwhile, and only opened again to give the last its name.
      if (!this.#file.isOpen) this.#lock.close();
    }
  }

  #takeCompressed(backup: CompressedBackup): 'taken' | 'left' | 'in the way' {
    if (this.#acquire(compressedLockMillis) !== 'locked') return 'left';
    try {
      return this.#file.takeCompressed(backup, this.#options.policy.backups) ? 'taken' : 'in the way';
    } finally {
      this.#release();
    }
  }

  /** Whether there was one, and it has renamed the file. */
  #finishRotation(): boolean {
    let hasRotated = false;
    this.#rename(() => {
      const finished = this.#file.finishRotation();
      this.#retiring = finished.retiring;
      hasRotated = finished.hasRotated;
    });
    return hasRotated;
  }

  /** Where renaming fails, it is left alone for a while, and lines are appended past the limit. */
  #rename(operation: () => void): void {
    if (this.#renaming.delayMillis > 0) return;
    try {
      operation();
      this.#renaming.succeed();
    } catch (error) {
      this.#degrade('unrotated', error);
      this.#renaming.fail();
    }
  }

  /** Appends a batch. On an error only whole lines leave memory, and no more than they stay in the file, if that is ours alone. */
  #write(writing: Writing, access: 'locked' | 'unlocked'): void {
    const { batch } = writing;
    const { written, error } = this.#file.append(batch.bytes);
    if (error === undefined) {
      this.#take(writing, batch.length);
      if (batch.head !== undefined) this.#growTrail(batch.head);
      return;
    }
    const { hasForeignWriters } = this.#options;
    const whole = batch.wholeWithin(written, hasForeignWriters);
    this.#take(writing, whole.lines);
    if (!hasForeignWriters && access === 'locked') this.#file.cutBack(written, whole.bytes);
    throw error;
  }

  /** The first `count` lines of the batch are written. */
  #take({ checkpoints, retirements: retirementsInBatch, notes }: Writing, count: number): void {
    if (count === 0) return;
    let left = count;
    const next = (most: number): number => {
      const taken = Math.min(most, left);
      left -= taken;
      return taken;
    };
    if (next(checkpoints) > 0) {
      this.#isCheckpointDue = false;
      this.#options.onCheckpointWritten?.();
    }
    this.#hasLinesSinceCheckpoint = left > 0;
    const retirements = next(retirementsInBatch);
    this.#retiring = this.#retiring.slice(retirements);
    this.#notes.splice(0, next(notes));
    this.#queue.shift(left);
    this.#commit.noteWritten(this.#queue.takenLines);
    if (retirements > 0 && this.#retiring.length === 0) this.#rename(() => this.#forgetRotation());
  }

  /** The trail has been told of it, and will still have been when the power is lost. */
  #forgetRotation(): void {
    const failure = this.#syncNow();
    if (failure !== undefined) throw failure;
    this.#file.syncNames();
    this.#file.forgetRotation();
  }

  /** A batch has made the trail grow. */
  #growTrail(head: TrailHead): void {
    const every = this.#options.trail?.checkpointEvery ?? 0;
    const before = this.#head?.seq ?? head.seq;
    this.#moveHead(head);
    // Whoever writes the line that makes the number full signs it, and of many processes no other does.
    if (every > 0 && Math.floor(head.seq / every) > Math.floor(before / every)) this.requestCheckpoint();
  }

  #moveHead(head: TrailHead): void {
    this.#head = head;
    this.#newestHead = head;
  }

  /** The same line for the same head, however often it is tried: whoever keeps checkpoints hears of each that is made. */
  #sign(head: TrailHead): string {
    if (this.#signature?.head.hash !== head.hash)
      this.#signature = { head, line: this.#options.formatNote({ type: 'checkpoint', head }) };
    return this.#signature.line;
  }

  get #signsTrail(): boolean {
    return (this.#options.trail?.checkpointEvery ?? 0) > 0;
  }

  /** Puts the line about dropped records where they would have been: after all that was kept. */
  #noteDropped(): boolean {
    const records = this.#queue.takeDroppedCount();
    if (records === 0) return false;
    this.#droppedWhileDegraded += records;
    this.#notes.push(this.#options.formatNote({ type: 'dropped', records }));
    return true;
  }

  /** Brings to the platter what somebody waits for, and then what was written meanwhile. */
  async #sync(): Promise<void> {
    for (let group = this.#commit.beginSync(); group !== undefined; group = this.#commit.beginSync()) {
      try {
        await this.#options.fileSystem.syncLater(this.#file.descriptor);
        this.#commit.endSync(group, group.isLetGo ? undefined : this.#whyNotDurable());
      } catch (error) {
        this.#commit.endSync(group, asError(error));
        if (group.isLetGo) continue;
        // What was written since may be lost with it, and no later sync would tell.
        this.#commit.letGo(asError(error));
        this.#fail(error);
      }
    }
    if (!this.isIdle) this.#options.onGathered?.();
  }

  /** A trail's next file is worth nothing without the lines that it goes on from. */
  #beforeClose(): void {
    if (this.#options.trail !== undefined || this.#commit.hasUnsynced) this.#syncNow();
  }

  /** Brings to the platter what is written, at once. Returns what has kept it from there. */
  #syncNow(): Error | undefined {
    let failure: Error | undefined;
    try {
      this.#options.fileSystem.sync(this.#file.descriptor);
    } catch (error) {
      failure = asError(error);
    }
    this.#commit.letGo(failure ?? (this.#commit.hasUnsynced ? this.#whyNotDurable() : undefined));
    return failure;
  }

  /** A file that was removed takes lines as readily as any other: what is synced must also be where readers look for it. */
  #whyNotDurable(): Error | undefined {
    try {
      this.#file.syncNames();
      if (this.#file.isFound(this.#options.policy.backups)) return undefined;
      return new Error(`FILE_GONE: "${this.path}" was removed or replaced, with lines in it that were just written`);
    } catch (error) {
      return asError(error);
    }
  }

  /** Gives up what callers wait for and is not written: all of it, or what has waited for too long. */
  #withdraw(reason: Error, now?: number): void {
    if (this.isAwaited) this.#queue.withdraw(this.#commit.giveUp(reason, now));
  }

  #fail(error: unknown): 'failed' {
    this.#withdraw(asError(error));
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
    if (this.#degradation !== undefined && severityOf[effect] <= severityOf[this.#degradation]) return;
    this.#degradation = effect;
    this.#options.onEvent({ type: 'degraded', path: this.path, effect, error: asError(error) });
  }

  #succeed(): void {
    this.#writing.succeed();
    if (this.#degradation === undefined) return;
    if (this.#renaming.isFailing || this.#locking.isFailing) {
      this.#degradation = this.#locking.isFailing ? 'unlocked' : 'unrotated';
      return;
    }
    this.#degradation = undefined;
    this.#options.onEvent({ type: 'recovered', path: this.path, droppedRecords: this.#droppedWhileDegraded });
    this.#droppedWhileDegraded = 0;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
