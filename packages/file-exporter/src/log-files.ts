/**
 * The seven files behind one door: a record comes in, and its line goes to the file or files that its concern names.
 *
 * Lines are formatted at once, since a body may change after `emit` returns, and written together at the end of the
 * event loop's turn, or, in a process that logs all the time, every few milliseconds. Nothing here throws into the caller.
 */
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';

import { diag } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { concerns as sevenConcerns, type ConcernRow } from './concerns.ts';
import { openSqliteFileLock, type OpenFileLock } from './disk/file-lock.ts';
import { nodeFileSystem, type FileSystem } from './disk/file-system.ts';
import type { FileNote } from './disk/file-note.ts';
import { LogFile, type FlushResult, type LogFileEvent } from './disk/log-file.ts';
import { placeOf } from './disk/log-file-place.ts';
import { createFormatLine, type FormatLine, type FormattedLine } from './line/format-line.ts';
import type { TimeZone } from './line/timestamp.ts';
import { loggingRecord } from './logging-record.ts';
import { checkpointRecord, noteRecord } from './note-record.ts';
import { createRouter } from './route.ts';
import { createSigner, type Checkpoint, type SignCheckpoint } from './trail/checkpoint.ts';

/** As they were when the process began: a test of the application's may put others in their place, which stand still. */
const { setImmediate, setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;

/** Where and how the files are written. */
export interface LogFilesOptions {
  /** The files' directory; created with mode 0750 if missing. The files are created with mode 0640. */
  readonly directory: string;
  /** Where a file goes that cannot be opened in `directory`. Default: nowhere; its lines wait in memory for the disk. */
  readonly fallbackDirectory?: string | undefined;
  /** Default: the seven rows of `concerns`; rows with other sizes, backups or floors tune them. */
  readonly concerns?: readonly ConcernRow[] | undefined;
  /** Zone of the text formats; JSON is always UTC. Default: `'local'`, as in Python. */
  readonly timeZone?: TimeZone | undefined;
  /** Whether a record as large as the limit makes an empty file rotate, as before CPython 3.13. Default: false. */
  readonly emptyFileRollover?: boolean | undefined;
  /**
   * Whether other programs append to the files without asking for their lock (a shell's `>>`, say). Nothing is cut off a file
   * then: half a line, which may be theirs, gets an end instead of being moved aside. Default: false.
   */
  readonly hasForeignWriters?: boolean | undefined;
  /**
   * Whether backups are compressed, from the second on: `audit.log.2.gz`. The first stays as it is, for shippers that still read it.
   * Default: false.
   */
  readonly compressBackups?: boolean | undefined;
  /**
   * Whether `writeDurably` refuses where the file had to be opened in the fallback directory, which is not where anybody will look
   * for it. Default: false.
   */
  readonly failClosed?: boolean | undefined;
  /**
   * An Ed25519 private key, with which trails are signed from time to time: after every `checkpointEvery` lines (default 1,000),
   * every `checkpointIntervalMillis` in which there were any (default 60,000), and at the end. Default: no checkpoints.
   */
  readonly signingKey?: KeyObject | undefined;
  readonly checkpointEvery?: number | undefined;
  readonly checkpointIntervalMillis?: number | undefined;
  /** Hears what an operator has to know. What it throws is ignored. Default: nobody hears. */
  readonly onEvent?: ((event: LogFilesEvent) => void) | undefined;
}

export type LogFilesEvent =
  | (LogFileEvent & { readonly concern: string })
  /** A trail was signed. A copy that is kept elsewhere proves later that nothing was cut off before it. */
  | { readonly type: 'checkpoint'; readonly concern: string; readonly checkpoint: Checkpoint }
  /** A record named a concern that does not exist, and went to application.log. Once per name, at most 100 names. */
  | { readonly type: 'unknown-concern'; readonly value: string };

/** What tests replace; the defaults are the real ones. */
export interface LogFilesEnvironment {
  readonly fileSystem: FileSystem;
  readonly openLock: OpenFileLock;
  readonly now: () => number;
}

const realEnvironment: LogFilesEnvironment = {
  fileSystem: nodeFileSystem,
  openLock: openSqliteFileLock,
  now: () => performance.now(),
};

/** A synchronous burst is written as it comes once this much waits, so that it does not grow into memory. */
const writeThroughBytes = 1024 * 1024;
/**
 * The least time between two turns of writing. A turn costs a lock and some system calls, 15 microseconds and more, which a
 * busy process would pay for every request; and this is all that a SIGKILL can take from it.
 */
const restMillis = 5;
/** How long one burst may block the thread for another writer's turn; a turn takes well under a millisecond. */
const burstLockTimeoutMillis = 50;
/** How long the end of the process may wait for another writer before it appends without the lock. */
const exitLockTimeoutMillis = 1_000;
const busyRetryMillis = 1;
const flushTimeoutMillis = 5_000;
const maxReportedConcerns = 100;
const checkpointEvery = 1_000;
const checkpointIntervalMillis = 60_000;

interface AwaitedLines {
  /** Undefined while there are none. */
  commit: Promise<void> | undefined;
}

export class LogFiles {
  readonly #files: ReadonlyMap<ConcernRow, LogFile>;
  readonly #route: ReturnType<typeof createRouter>;
  readonly #formatLine: FormatLine;
  readonly #listener: (event: LogFilesEvent) => void;
  /** What there is to tell once no file is being written: a listener may well emit a record. */
  readonly #events: LogFilesEvent[] = [];
  #writing = 0;
  readonly #directory: string;
  readonly #failClosed: boolean;
  readonly #signCheckpoint: SignCheckpoint | undefined;
  readonly #unwrittenCheckpoints = new Map<ConcernRow, Checkpoint>();
  readonly #checkpointTimer: NodeJS.Timeout | undefined;
  readonly #unknownConcerns = new Set<string>();
  /** Of the records that are emitted now; undefined where nobody waits for them. */
  #awaited: AwaitedLines | undefined;
  readonly #now: () => number;
  /** `next`: as soon as this turn of the event loop is over. */
  #dueTurn: 'next' | 'later' | undefined;
  #lastTurnAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;
  #isWriteThrough = false;
  #isClosed = false;

  constructor(options: LogFilesOptions, environment: LogFilesEnvironment = realEnvironment) {
    const rows = options.concerns ?? sevenConcerns;
    this.#route = createRouter(rows);
    this.#formatLine = createFormatLine(options.timeZone);
    this.#now = environment.now;
    this.#listener = neverThrowing(options.onEvent ?? (() => {}));
    this.#directory = options.directory;
    this.#failClosed = options.failClosed ?? false;
    this.#signCheckpoint = options.signingKey && createSigner(options.signingKey);
    this.#files = new Map(rows.map((row) => [row, this.#openFile(row, options, environment)]));
    if (this.#signCheckpoint !== undefined) {
      this.#checkpointTimer = setInterval(
        () => this.#requestCheckpoints(),
        options.checkpointIntervalMillis ?? checkpointIntervalMillis,
      ).unref();
    }
  }

  /** Takes a record: formats it for each file that wants it, to be written in the next turn. */
  write(record: ReadableLogRecord): void {
    try {
      const { files, unknownConcern } = this.#route(record);
      if (unknownConcern !== undefined) this.#reportUnknownConcern(unknownConcern);
      for (const row of files) this.#append(row, this.#lineOf(record, row));
    } catch (error) {
      diag.error('@sentrikat/file-exporter: a record was not written', error);
    }
  }

  /**
   * Runs `emit`, which emits records, and resolves when every line that came of them is on the platter. Rejects, with the reason,
   * where that fails, where `emit` throws, and where no line came of them.
   */
  writeDurably(emit: () => void): Promise<void> {
    const awaited: AwaitedLines = { commit: undefined };
    const outer = this.#awaited;
    this.#awaited = awaited;
    try {
      emit();
    } catch (error) {
      // The lines before it are written all the same, and nobody waits for them.
      awaited.commit = both(Promise.reject(error), awaited.commit);
    } finally {
      this.#awaited = outer;
    }
    return awaited.commit ?? Promise.reject(new Error('NOT_WRITTEN: no file takes this record'));
  }

  /** Writes what waits. Rejects where that is not possible now; the lines stay in memory, and are written as soon as it is. */
  async forceFlush(): Promise<void> {
    if (await this.flush()) return;
    throw new Error('LINES_WAITING: the disk or other writers refuse the lines for now; they wait in memory');
  }

  /** Writes what waits; resolves with whether all of it is on its way to the disk (it is not while the disk refuses). */
  async flush(): Promise<boolean> {
    const deadline = this.#now() + flushTimeoutMillis;
    while (this.#flushEach(0).includes('busy') && this.#now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, busyRetryMillis));
    }
    return [...this.#files.values()].every((file) => file.isIdle);
  }

  /** Writes what waits before it returns, whatever it takes; for the end of the process. */
  flushSync(): void {
    this.#telling(() => {
      for (const file of this.#files.values()) {
        if (file.flush(exitLockTimeoutMillis) === 'busy') file.appendWithoutLock();
      }
    });
  }

  /**
   * Whether each record is written before `write` returns, which also writes what waits already. For when this turn of the
   * event loop may be the last.
   */
  setWriteThrough(isWriteThrough: boolean): void {
    this.#isWriteThrough = isWriteThrough;
    if (isWriteThrough) this.flushSync();
    else this.#scheduleTurn();
  }

  /** The event loop has had its last turn: signs the trails, writes what waits, and from now on each record at once. */
  endOfProcess(): void {
    for (const file of this.#files.values()) file.requestCheckpoint();
    this.setWriteThrough(true);
  }

  /** Writes what waits and closes the files. Rejects where that is not possible: the lines are lost then. */
  async shutdown(): Promise<void> {
    await this.flush();
    this.close();
    const left = [...this.#files.values()].filter((file) => !file.isIdle).map(({ path }) => `"${path}"`);
    if (left.length > 0) throw new Error(`LINES_LOST: the disk has refused the last lines of ${left.join(', ')}`);
  }

  /** Writes what waits, as far as that is possible at once, and nothing any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#deadlineTimer);
    clearInterval(this.#checkpointTimer);
    for (const file of this.#files.values()) file.requestCheckpoint();
    this.flushSync();
    for (const file of this.#files.values()) file.close();
  }

  #openFile(row: ConcernRow, options: LogFilesOptions, environment: LogFilesEnvironment): LogFile {
    const fallback = options.fallbackDirectory;
    const placeIn = (directory: string) => placeOf(join(directory, row.file), options.compressBackups);
    return new LogFile({
      ...environment,
      places: [placeIn(options.directory), ...(fallback === undefined ? [] : [placeIn(fallback)])],
      policy: { maxBytes: row.maxBytes, backups: row.backups, emptyFileRollover: options.emptyFileRollover ?? false },
      onEvent: (event) => this.#onEvent({ ...event, concern: row.name }),
      trail: row.isTrail && {
        checkpointEvery: this.#signCheckpoint ? (options.checkpointEvery ?? checkpointEvery) : 0,
      },
      hasForeignWriters: options.hasForeignWriters ?? false,
      onCheckpointWritten: () => this.#reportCheckpoint(row),
      onGathered: () => this.#turnNext(),
      // A note is kept until there is a turn, and the bytes of a line are not.
      formatNote: (note) => textOf(this.#formatLine(this.#recordOf(note, row), row)),
    });
  }

  #recordOf(note: FileNote, row: ConcernRow): ReadableLogRecord {
    if (note.type !== 'checkpoint') return noteRecord(note);
    const { record, checkpoint } = checkpointRecord(note, this.#signCheckpoint!);
    this.#unwrittenCheckpoints.set(row, checkpoint);
    return record;
  }

  /** Nobody is told of a checkpoint that is not in its trail. */
  #reportCheckpoint(row: ConcernRow): void {
    const checkpoint = this.#unwrittenCheckpoints.get(row);
    if (checkpoint !== undefined) this.#onEvent({ type: 'checkpoint', concern: row.name, checkpoint });
  }

  #requestCheckpoints(): void {
    for (const file of this.#files.values()) file.requestCheckpoint();
    this.#scheduleTurn();
  }

  #lineOf(record: ReadableLogRecord, row: ConcernRow): FormattedLine {
    try {
      return this.#formatLine(record, row);
    } catch (error) {
      const { instrumentationScope } = record;
      const unreadable = loggingRecord('logging.unreadable', `a record could not be read: ${String(error)}`);
      return this.#formatLine({ ...unreadable, instrumentationScope }, row);
    }
  }

  #append(row: ConcernRow, line: FormattedLine): void {
    const file = this.#files.get(row);
    if (file === undefined) return;
    if (this.#awaited === undefined) file.append(line);
    else this.#awaited.commit = both(this.#appendDurably(row, file, line), this.#awaited.commit);
    if (this.#isWriteThrough) this.flushSync();
    else if (file.queuedBytes > writeThroughBytes && !file.isFailing)
      this.#telling(() => file.flush(burstLockTimeoutMillis));
    this.#scheduleTurn();
  }

  #appendDurably(row: ConcernRow, file: LogFile, line: FormattedLine): Promise<void> {
    if (!this.#failClosed || file.path === join(this.#directory, row.file)) return file.appendDurably(line);
    return Promise.reject(new Error(`NOT_IN_DIRECTORY: "${file.path}" is written in place of the file that cannot be`));
  }

  /** At the end of this turn of the event loop, unless there has been one just now and nobody waits for the next. */
  #scheduleTurn(): void {
    const isAwaited = this.#awaited !== undefined;
    if (this.#isWriteThrough || (this.#dueTurn !== undefined && !isAwaited)) return;
    const rest = restMillis - (this.#now() - this.#lastTurnAt);
    if (rest > 0 && !isAwaited) this.#turnAfter(rest);
    else this.#turnNext();
  }

  #turnNext(): void {
    if (this.#dueTurn === 'next') return;
    clearTimeout(this.#timer);
    this.#dueTurn = 'next';
    setImmediate(this.#turn);
  }

  /** Nothing that should keep the process alive, as its end writes what still waits; but who awaits a line wants to hear of it. */
  #turnAfter(millis: number): void {
    this.#dueTurn = 'later';
    this.#timer = setTimeout(this.#turn, millis);
    if (![...this.#files.values()].some((file) => file.isAwaited)) this.#timer.unref();
  }

  readonly #turn = (): void => {
    this.#dueTurn = undefined;
    if (this.#isClosed) return;
    this.#flushEach(0, (file) => !file.isGathering);
    this.#lastTurnAt = this.#now();
    this.#watchDeadlines();
    const waiting = [...this.#files.values()].filter((file) => !file.isIdle && !file.isGathering);
    if (waiting.length === 0 || this.#isWriteThrough || this.#dueTurn !== undefined) return;
    // Busy or failing.
    this.#turnAfter(Math.max(busyRetryMillis, Math.min(...waiting.map((file) => file.retryDelayMillis))));
  };

  /** A disk that does not answer must not keep callers waiting. Most are answered long before the one timer that they share. */
  #watchDeadlines(): void {
    if (this.#deadlineTimer !== undefined) return;
    const first = Math.min(...[...this.#files.values()].map((file) => file.firstDeadline));
    if (first === Number.POSITIVE_INFINITY) return;
    // After a thread that was busy for as long has heard what the disk has said meanwhile.
    this.#deadlineTimer = setTimeout(() => setImmediate(this.#giveUpLate), first - this.#now()).unref();
  }

  readonly #giveUpLate = (): void => {
    this.#deadlineTimer = undefined;
    for (const file of this.#files.values()) file.giveUpLate();
    this.#watchDeadlines();
  };

  #flushEach(lockTimeoutMillis: number, isWanted: (file: LogFile) => boolean = () => true): FlushResult[] {
    return this.#telling(() => {
      const results: FlushResult[] = [];
      for (const file of this.#files.values()) {
        // Who waits for a line is told at once whether the disk still refuses.
        const isDue = file.retryDelayMillis === 0 || file.isAwaited;
        if (!file.isIdle && isDue && isWanted(file)) results.push(file.flush(lockTimeoutMillis));
      }
      return results;
    });
  }

  /** Files are being written in `write`, which is not entered a second time: what there is to tell is told after it. */
  #telling<Result>(write: () => Result): Result {
    this.#writing++;
    try {
      return write();
    } finally {
      this.#writing--;
      while (this.#writing === 0 && this.#events.length > 0) this.#listener(this.#events.shift()!);
    }
  }

  #onEvent(event: LogFilesEvent): void {
    if (this.#writing > 0) this.#events.push(event);
    else this.#listener(event);
  }

  #reportUnknownConcern(tag: unknown): void {
    const value = String(tag).slice(0, 100);
    if (this.#unknownConcerns.has(value) || this.#unknownConcerns.size >= maxReportedConcerns) return;
    this.#unknownConcerns.add(value);
    this.#onEvent({ type: 'unknown-concern', value });
  }
}

function textOf(line: FormattedLine): string {
  return typeof line === 'string' ? line : line.text;
}

/** One record is most often one line, whose own promise spares three others. */
function both(one: Promise<void>, other: Promise<void> | undefined): Promise<void> {
  return other === undefined ? one : Promise.all([one, other]).then(() => undefined);
}

function neverThrowing<Argument>(listener: (argument: Argument) => void): (argument: Argument) => void {
  return (argument) => {
    try {
      listener(argument);
    } catch {
      // A listener's trouble is its own: it must not stop the writing of the line it was told about.
    }
  };
}
