/**
 * A disk, the processes that write one log file on it, and a record of every line they were given: what became of it, as far as
 * its writer was told.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';

import { backupPath } from '../rotation/cascade.ts';
import type { Gzip } from '../disk/compress-backup.ts';
import { LogFile, type LogFileEvent } from '../disk/log-file.ts';
import type { FileNote } from '../disk/file-note.ts';
import type { LogFilePlace } from '../disk/log-file-place.ts';
import { compressedEnding } from '../disk/opened-backup.ts';
import { FaultyProcess, type Operation } from './faulty-process.ts';
import { MemoryDisk, type Inode } from './memory-disk.ts';
import type { Action, Refusal, Scenario, Step } from './scenario.ts';

const directory = '/logs';
const logPath = `${directory}/a.log`;
const bookkeeping = `${directory}/.b`;
export const place: LogFilePlace = {
  path: logPath,
  lockPath: `${bookkeeping}/a.lock`,
  quarantinePath: `${bookkeeping}/a.torn`,
  intentPath: `${bookkeeping}/a.intent`,
};
const compressingPlace: LogFilePlace = { ...place, compressingPath: `${bookkeeping}/a.gz` };

/** Within the turn, so that the same scenario is always the same. */
const gzip: Gzip = async function* gzip(contents) {
  yield gzipSync(Buffer.concat([...contents]));
};

/** What a line's writer was told of it: nothing yet, that it is written, that it is not, or that it did not fit into memory. */
type Fate = 'waiting' | 'written' | 'rejected' | 'dropped';

export interface Line {
  /** What it, and no other line, begins with. */
  readonly start: string;
  /** Unsealed, its newline included. */
  readonly text: string;
  readonly isDurable: boolean;
  /** Of which life of which writer: `2.0`; and the how-manieth. */
  readonly by: string;
  readonly order: number;
  fate: Fate;
  /** For a rejected line: whether it was in no file when it was rejected. */
  isAbsent: boolean;
  /** Lost with the power, or in a file that an outsider removed. */
  isForgiven: boolean;
}

/** A file of the log. */
export interface FileThere {
  /** Of its number, compressed or not. */
  readonly name: string;
  readonly inode: Inode;
  /** What it holds, uncompressed. */
  readonly bytes: Buffer;
}

/** A file that is no longer there. */
export interface GoneFile {
  readonly inode: Inode;
  /** What it holds, uncompressed; of one that retention took, what it held then. */
  readonly bytes: () => Buffer;
  readonly cause: 'retention' | 'outsider';
  /** Which change of the directory took it away. */
  readonly change: number;
}

/** What makes some of the promises void. */
export type Happening =
  | 'error'
  | 'death'
  | 'power'
  /** A sync has failed. */
  | 'unsynced'
  /** Lines were appended without the lock. */
  | 'unlocked'
  | 'outside'
  /** Somebody has removed a file, or renamed it to where no writer looks for it. */
  | 'deletion'
  /** Somebody has removed the bookkeeping. */
  | 'oblivion'
  /** Somebody did something in the middle of a writer's step. */
  | 'race';

interface Writer {
  readonly index: number;
  life: number;
  process: FaultyProcess;
  file: LogFile | undefined;
  lines: Line[];
  events: LogFileEvent[];
  /** Whether others have done something in the middle of its step. */
  isRaced: boolean;
}

const syncs: readonly Operation[] = ['sync', 'syncLater', 'syncDirectory'];
const refusals: Readonly<Record<Refusal, readonly Operation[]>> = {
  renaming: ['rename', 'remove'],
  writing: ['append', 'writeFile'],
  opening: ['openForAppend', 'openForReading'],
  syncing: syncs,
  locking: ['lock'],
  reading: ['read', 'openForReading'],
};

/** Alphabets whose characters have one, two and four bytes in UTF-8. */
const fillings = ['x', 'é', '😀'];
const floodLines = 3;
const floodCharacters = 3 * 1024 * 1024;

export class LogWorld {
  readonly scenario: Scenario;
  readonly disk: MemoryDisk = new MemoryDisk();
  readonly writers: Writer[];
  readonly lines: Line[] = [];
  readonly gone: GoneFile[] = [];
  /** What must never happen, and has. */
  readonly wrongs: string[] = [];
  /** What has happened that some of the promises do not cover. */
  readonly happened: Set<Happening> = new Set();
  /** Which operations have failed, in any process. */
  readonly failures: Set<Operation> = new Set();
  /** Of which file a compressed one is the form that has remained. */
  readonly #originals = new Map<Inode, Inode>();
  #isOutsider = false;
  #foreignLines = 0;
  #renamedAway = 0;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.disk.onUnnamed = (...args) => this.#noteUnnamed(...args);
    this.writers = Array.from({ length: scenario.writers }, (...[, index]) => this.#newWriter(index));
  }

  /** Returns of how many operations of its writer the step consisted. */
  async run(step: Step): Promise<number> {
    this.#act(step);
    await nextTurn();
    const { operations } = this.#writer(step.writer).process;
    for (const writer of this.writers) this.#conclude(writer);
    return operations;
  }

  /** Everything works again: each writer writes one more line, and all syncs end. */
  async recover(): Promise<void> {
    this.disk.capacity = Number.POSITIVE_INFINITY;
    for (const writer of this.writers) {
      writer.process.refuse([], 'EIO');
      if (writer.file === undefined) this.#start(writer);
    }
    await this.#endSyncs();
    this.disk.now += 60_000;
    for (const writer of this.writers) {
      this.#append(writer, { type: 'append', sizes: [1], isDurable: false, isFlushed: false });
      const result = writer.file?.flush(50);
      if (result === 'written' && !writer.process.isEndless) this.#acknowledge(writer);
      else this.wrongs.push(`writer ${writer.index} is not well: ${result}`);
      await this.#endSyncs();
      if (writer.file?.isFailing) this.wrongs.push(`writer ${writer.index} still thinks that the disk fails`);
      if (writer.events.at(-1)?.type === 'degraded')
        this.wrongs.push(`writer ${writer.index} does not say that it has recovered`);
    }
    for (const { file, process, index } of this.writers) {
      file?.close();
      if (process.descriptors > 0) this.wrongs.push(`writer ${index} has left ${process.descriptors} descriptors open`);
    }
    for (const { text, fate } of this.writers.flatMap(({ lines }) => lines))
      if (fate === 'waiting') this.wrongs.push(`nobody was told what became of ${text.slice(0, 60)}`);
  }

  /** The files there are, without the bookkeeping. Of a backup that is there in both forms, the one that is not compressed. */
  files(): FileThere[] {
    const entries = this.disk.find(directory)?.entries ?? new Map<string, Inode>();
    return [...entries].flatMap(([entry, inode]) => {
      if (inode.kind !== 'file') return [];
      const [name, isCompressed] = withoutEnding(entry);
      if (!isCompressed) return [{ name, inode, bytes: inode.bytes }];
      return entries.has(name) ? [] : [{ name, inode, bytes: gunzipSync(inode.bytes) }];
    });
  }

  /** The how-manieth file it is: its compressed form takes the place of a backup. */
  ageOf(inode: Inode): number {
    return this.#originals.get(inode)?.birth ?? inode.birth;
  }

  #act({ writer: index, action, fault, meanwhile }: Step): void {
    const writer = this.#writer(index);
    const { process } = writer;
    const act = () => {
      if (meanwhile === undefined || this.#writer(meanwhile.step.writer) === writer) return;
      this.happened.add('race');
      writer.isRaced = true;
      this.#act(meanwhile.step);
    };
    writer.isRaced = false;
    process.plan({ fault, ...(meanwhile && { meanwhile: { at: meanwhile.at, act } }) });
    try {
      if (writer.file !== undefined) this.#perform(writer, writer.file, action);
      else if (action.type === 'restart') this.#start(writer);
    } catch (error) {
      // What a dead process throws, nobody sees. And a descriptor that cannot be closed may say so.
      if (!process.isDead && action.type !== 'restart') this.wrongs.push(`writer ${index} has thrown ${String(error)}`);
      if (!process.isDead) this.#start(writer);
    }
    this.#performOutside(writer, action);
  }

  #conclude(writer: Writer): void {
    const { process, index } = writer;
    const { failures } = process;
    if (process.isEndless) this.wrongs.push(`writer ${index} does not end`);
    for (const operation of failures) this.failures.add(operation);
    if (failures.size > 0) this.happened.add('error');
    if (failures.has('lock')) this.happened.add('unlocked');
    if (syncs.some((operation) => failures.has(operation))) this.happened.add('unsynced');
    if (process.isDead) this.happened.add('death');
    if (process.isDead) writer.file = undefined;
    process.plan({});
  }

  #perform(writer: Writer, file: LogFile, action: Action): void {
    switch (action.type) {
      case 'append':
        return this.#append(writer, action);
      case 'flush':
        return this.#flush(writer, action.timeoutMillis);
      case 'append-without-lock': {
        this.happened.add('unlocked');
        if (file.appendWithoutLock() === 'written') this.#acknowledge(writer, true);
        return;
      }
      case 'request-checkpoint':
        return file.requestCheckpoint();
      case 'flood':
        for (let count = 0; count < floodLines; count++) this.#appendLine(writer, file, floodCharacters, false);
        return;
      case 'restart':
        if (file.flush(0) === 'written') this.#acknowledge(writer);
        file.close();
        if (!writer.process.isDead) this.#start(writer);
        return;
      case 'kill':
        return writer.process.die();
      default:
    }
  }

  #performOutside(writer: Writer, action: Action): void {
    const { disk } = this;
    switch (action.type) {
      case 'end-syncs':
        if (action.code !== undefined && disk.hasPendingSyncs) this.happened.add('error').add('unsynced');
        return disk.endSyncs(action.code && Object.assign(new Error(action.code), { code: action.code }));
      case 'pass-time':
        disk.now += action.millis;
        for (const { file } of this.writers) file?.giveUpLate();
        return;
      case 'refuse':
        return writer.process.refuse(refusals[action.what], action.code);
      case 'allow':
        return writer.process.refuse([], 'EIO');
      case 'fill':
        this.happened.add('error');
        disk.capacity = disk.used + action.room;
        return;
      case 'free':
        disk.capacity = Number.POSITIVE_INFINITY;
        return;
      case 'lose-power':
        return this.#losePower(action.chance);
      case 'rename':
      case 'remove':
      case 'append-from-outside':
        this.happened.add('outside');
        this.#isOutsider = true;
        this.#outsiderActs(action);
        this.#isOutsider = false;
        return;
      default:
    }
  }

  #outsiderActs(action: Extract<Action, { type: 'rename' | 'remove' | 'append-from-outside' }>): void {
    const { disk } = this;
    const outsider = disk.startProcess();
    const { fileSystem } = outsider;
    if (action.type === 'append-from-outside') {
      if (disk.find(logPath) === undefined) return;
      const descriptor = fileSystem.openForAppend(logPath, 0o640);
      const text = `outside ${this.#foreignLines++} ${'o'.repeat(action.size)}${action.isHalf ? '' : '\n'}`;
      if (disk.capacity - disk.used > text.length) fileSystem.append(descriptor, Buffer.from(text));
    } else if (action.type === 'rename') {
      const to = action.to === 'backup' ? backupPath(logPath, 1) : `${directory}/away.${this.#renamedAway++}`;
      if (disk.find(logPath) === undefined || disk.find(to) !== undefined) return outsider.end();
      if (action.to === 'elsewhere' || this.scenario.backups === 0) this.happened.add('deletion');
      fileSystem.rename(logPath, to);
    } else this.#remove(action.what);
    outsider.end();
  }

  #remove(what: Extract<Action, { type: 'remove' }>['what']): void {
    const path = { file: logPath, backup: backupPath(logPath, 1), directory, bookkeeping, lock: place.lockPath }[what];
    const inode = this.disk.find(path);
    if (inode === undefined) return;
    if (what === 'bookkeeping') this.happened.add('oblivion');
    if (what === 'directory') for (const line of this.lines) line.isForgiven = true;
    if (what !== 'bookkeeping' && what !== 'lock') this.happened.add('deletion');
    if (inode.kind === 'directory') return this.disk.removeDirectory(path);
    this.disk.onUnnamed(path, inode, 'removed');
    this.disk.setNames({ [path]: undefined });
  }

  #noteUnnamed(path: string, inode: Inode, how: 'removed' | 'replaced'): void {
    if (path.startsWith(`${bookkeeping}/`)) return;
    const [plainPath, isCompressed] = withoutEnding(path);
    const bytes = () => (isCompressed ? gunzipSync(inode.bytes) : inode.bytes);
    const other = this.disk.find(isCompressed ? plainPath : path + compressedEnding);
    const change = this.disk.nextChange;
    if (this.#isOutsider) this.gone.push({ inode, bytes, cause: 'outsider', change });
    else if (how === 'replaced') this.wrongs.push(`${path} was replaced by a writer`);
    else if (other !== undefined) {
      const remaining = isCompressed ? other.bytes : gunzipSync(other.bytes);
      if (!remaining.equals(bytes())) this.wrongs.push(`${path} was removed, and its other form holds something else`);
      if (!isCompressed) this.#originals.set(other, inode);
    } else if (plainPath === backupPath(logPath, this.scenario.backups)) {
      const held = bytes();
      this.gone.push({ inode, bytes: () => held, cause: 'retention', change });
    } else this.wrongs.push(`${path} was removed by a writer`);
  }

  #append(writer: Writer, action: Extract<Action, { type: 'append' }>): void {
    for (const size of action.sizes) {
      if (writer.file !== undefined) this.#appendLine(writer, writer.file, size, action.isDurable);
    }
    if (action.isFlushed) this.#flush(writer, 0);
  }

  #appendLine(writer: Writer, file: LogFile, size: number, isDurable: boolean): void {
    const by = nameOf(writer);
    const order = writer.lines.length;
    const filling = fillings[size % fillings.length] ?? 'x';
    const { isTrail } = this.scenario;
    const start = isTrail ? `{"line": "${by}.${order}", ` : `line ${by}.${order} `;
    const text = `${start}${isTrail ? `"filling": "${'x'.repeat(size)}"}` : filling.repeat(size)}\n`;
    const line: Line = { start, text, isDurable, by, order, fate: 'waiting', isAbsent: false, isForgiven: false };
    this.lines.push(line);
    writer.lines.push(line);
    if (isDurable) void this.#appendDurably(writer, file, line);
    else {
      const before = file.queuedBytes;
      file.append(text);
      if (file.queuedBytes === before) line.fate = 'dropped';
    }
  }

  async #appendDurably({ process }: Writer, file: LogFile, line: Line): Promise<void> {
    try {
      await file.appendDurably(line.text);
      if (!process.isDead) line.fate = 'written';
    } catch {
      if (process.isDead) return;
      line.fate = 'rejected';
      line.isAbsent = !this.#isInAnyFile(line);
    }
  }

  #isInAnyFile({ start }: Line): boolean {
    const contents = [...this.files().map(({ bytes }) => bytes), ...this.gone.map(({ bytes }) => bytes())];
    return contents.some((bytes) => bytes.includes(start));
  }

  #flush(writer: Writer, timeoutMillis: number): void {
    if (writer.file?.flush(timeoutMillis) === 'written') this.#acknowledge(writer);
  }

  /** All that waits was written, it says: without the lock, perhaps into a file that others were about to remove. */
  #acknowledge({ lines, process, isRaced }: Writer, isUnlocked: boolean = process.failures.has('lock')): void {
    if (process.isDead) return;
    for (const line of lines) {
      if (line.isDurable || line.fate !== 'waiting') continue;
      line.fate = 'written';
      line.isForgiven = isUnlocked && isRaced;
    }
  }

  #losePower(chance: number): void {
    this.happened.add('power');
    let state = chance;
    this.disk.losePower((count) => {
      // The ends are the likeliest to show something: nothing more than what was synced, or all of it.
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const drawn = state >>> 8;
      if (drawn % 3 === 0) return 0;
      return drawn % 3 === 1 ? count - 1 : (drawn >>> 2) % count;
    });
    for (const writer of this.writers) {
      writer.process.die();
      writer.file = undefined;
    }
    const wasRemoved = this.gone.filter(({ cause }) => cause === 'outsider');
    const removed = wholeLinesOf(wasRemoved.map(({ bytes }) => bytes()));
    // With the directory as it was before, a file is there again, or has never been.
    const lastChange = this.disk.find(directory)?.change ?? 0;
    this.gone.splice(0, this.gone.length, ...this.gone.filter(({ change }) => change <= lastChange));
    const left = wholeLinesOf(this.files().map(({ bytes }) => bytes));
    for (const line of this.lines) {
      if (removed.has(line.text) || (!line.isDurable && !left.has(line.text))) line.isForgiven = true;
    }
  }

  #start(writer: Writer): void {
    writer.life++;
    writer.lines = [];
    writer.events = [];
    if (writer.process.isDead) writer.process = new FaultyProcess(this.disk);
    const { scenario, disk } = this;
    const { process } = writer;
    const by = nameOf(writer);
    const { maxBytes, backups, emptyFileRollover } = scenario;
    const file = new LogFile({
      places: [scenario.isCompressing ? compressingPlace : place],
      policy: { maxBytes, backups, emptyFileRollover },
      trail: scenario.isTrail ? { checkpointEvery: scenario.checkpointEvery } : undefined,
      hasForeignWriters: scenario.hasForeignWriters,
      fileSystem: process.fileSystem,
      openLock: process.openLock,
      gzip,
      now: () => disk.now,
      onEvent: (event) => writer.events.push(event),
      formatNote: (note) => formatNote(note, by, scenario.isTrail),
    });
    writer.file = process.isDead ? undefined : file;
  }

  #newWriter(index: number): Writer {
    const process = new FaultyProcess(this.disk);
    const writer: Writer = { index, life: -1, process, file: undefined, lines: [], events: [], isRaced: false };
    this.#start(writer);
    return writer;
  }

  #writer(index: number): Writer {
    const writer = this.writers[index % this.writers.length];
    if (writer === undefined) throw new Error('a scenario has writers');
    return writer;
  }

  async #endSyncs(): Promise<void> {
    await nextTurn();
    while (this.disk.hasPendingSyncs) {
      this.disk.endSyncs();
      await nextTurn();
    }
  }
}

export interface NoteLine {
  readonly note: FileNote['type'];
  readonly by: string;
  readonly records?: number;
  readonly lastHash?: string;
}

function formatNote(note: FileNote, by: string, isTrail: boolean): string {
  const facts: NoteLine = {
    note: note.type,
    by,
    ...(note.type === 'dropped' && { records: note.records }),
    ...(note.type === 'retired' && { lastHash: note.retired.lastHash }),
  };
  const json = JSON.stringify(facts);
  return isTrail ? `${json}\n` : `note ${json}\n`;
}

function wholeLinesOf(contents: readonly Buffer[]): ReadonlySet<string> {
  return new Set(
    contents.flatMap((bytes) =>
      bytes
        .toString()
        .split(/(?<=\n)/)
        .map(withoutSeal),
    ),
  );
}

/** Of a compressed file, what it is called without its ending. */
function withoutEnding(name: string): [plain: string, isCompressed: boolean] {
  return name.endsWith(compressedEnding) ? [name.slice(0, -compressedEnding.length), true] : [name, false];
}

/** The line as it was before it was sealed. */
export function withoutSeal(line: string): string {
  return line.replace(/, "seq": \d+, "prev_hash": "[0-9a-f]{64}"\}$/m, '}');
}

function nameOf({ index, life }: Pick<Writer, 'index' | 'life'>): string {
  return `${index}.${life}`;
}
