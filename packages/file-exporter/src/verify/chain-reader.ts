/**
 * Follows the chain through the lines of a trail, and cuts it into runs where it breaks. A run is sealed lines each of which has
 * the number after the one before and remembers the line before. An untouched trail is one run, which begins with line 0, the
 * start that every writer takes for given. What a break means is not decided here: the lines that tell may come much later.
 *
 * This is where the time goes, so a line that fits costs one hash and one look at its end, and nothing is parsed. Lines that may
 * say something about the trail itself are found by searching many lines at once.
 */
import { hashOfLine, isSealedAfter, sealOfLine, trailStart, type Seal } from '../trail/seal.ts';
import type { LinePlace } from './finding.ts';
import type { LineTaker } from './line-splitter.ts';
import { noteMark } from './noted-line.ts';

/** Sealed lines that follow one another. */
export interface Run {
  /** How many runs stand before it. */
  readonly at: number;
  /** Line 0 stands nowhere. */
  readonly first: LinePlace;
  readonly last: LinePlace;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** What the first line remembers. */
  readonly prevHash: string;
  readonly lastHash: string;
  /** Lines without a seal right before the first. */
  readonly loose: Unsealed | undefined;
}

/** Lines without a seal that follow one another. */
export interface Unsealed {
  readonly first: LinePlace;
  readonly last: LinePlace;
  readonly lastHash: string;
  readonly lines: number;
}

export interface ChainListener {
  /** In the order in which they stand. */
  onRun(run: Run): void;
  /** Lines without a seal, which the next sealed line follows as it should, or no sealed line does. */
  onUnsealed(lines: Unsealed, isFollowed: boolean): void;
  /** A sealed line that may say something about the trail. */
  onNote(line: Buffer, place: LinePlace, seal: Seal): void;
  /** A line with one of the numbers that are watched for. */
  onWatched(place: LinePlace, seal: Seal, hash: string): void;
}

type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

const newline = 0x0a;
const nowhere: LinePlace = { file: '', line: 0 };
/** Line 0. */
const start = { at: 0, firstSeq: trailStart.seq, lastSeq: trailStart.seq, prevHash: '', lastHash: trailStart.hash };

export class ChainReader implements LineTaker {
  readonly #listener: ChainListener;
  readonly #watched: { has(seq: number): boolean };
  #file = '';
  #line = 0;
  #lines = 0;
  /** Of the line before, sealed or not. */
  #hash = trailStart.hash;
  #run: Changing<Run> = { ...start, first: nowhere, last: nowhere, loose: undefined };
  #unsealed: Changing<Unsealed> | undefined;

  constructor(listener: ChainListener, watched: { has(seq: number): boolean }) {
    this.#listener = listener;
    this.#watched = watched;
  }

  /** How many lines were taken. */
  get lines(): number {
    return this.#lines;
  }

  /** Of the line that was taken last, sealed or not. */
  get hash(): string {
    return this.#hash;
  }

  /** Where the line that was taken last stands; line 0 before the first of a file. */
  get place(): LinePlace {
    return { file: this.#file, line: this.#line };
  }

  /** What comes now is the beginning of this file. */
  beginFile(name: string): void {
    this.#file = name;
    this.#line = 0;
  }

  takeLines(bytes: Buffer): void {
    let mark = positionOf(noteMark, bytes, 0);
    for (let lineStart = 0; lineStart < bytes.length;) {
      const end = bytes.indexOf(newline, lineStart);
      const line = bytes.subarray(lineStart, end);
      const isMarked = mark < end;
      this.#take(line, hashOfLine(line), isMarked);
      if (isMarked) mark = positionOf(noteMark, bytes, end);
      lineStart = end + 1;
    }
  }

  /** What it says is not looked at. */
  takeLongLine(end: Buffer, digest: string): void {
    this.#take(end, digest, false);
  }

  /** There is nothing more. */
  end(): void {
    if (this.#unsealed !== undefined) this.#listener.onUnsealed(this.#unsealed, false);
    this.#listener.onRun(this.#run);
  }

  #take(line: Buffer, digest: string, isMarked: boolean): void {
    this.#line++;
    this.#lines++;
    const { place } = this;
    const run = this.#run;
    const isNext = isSealedAfter(line, run.lastSeq, this.#hash);
    const seal = isNext ? { seq: run.lastSeq + 1, prevHash: this.#hash } : sealOfLine(line);
    if (seal === undefined) this.#takeUnsealed(place, digest);
    else {
      if (isMarked) this.#listener.onNote(line, place, seal);
      if (this.#watched.has(seal.seq)) this.#listener.onWatched(place, seal, digest);
      if (!isNext) this.#beginRun(place, seal);
      else if (this.#unsealed !== undefined) this.#listener.onUnsealed(this.#unsealed, true);
      this.#run.last = place;
      this.#run.lastSeq = seal.seq;
      this.#run.lastHash = digest;
      this.#unsealed = undefined;
    }
    this.#hash = digest;
  }

  #beginRun(first: LinePlace, { seq, prevHash }: Seal): void {
    this.#listener.onRun(this.#run);
    const at = this.#run.at + 1;
    this.#run = { at, first, last: first, firstSeq: seq, lastSeq: seq, prevHash, lastHash: '', loose: this.#unsealed };
  }

  #takeUnsealed(place: LinePlace, digest: string): void {
    this.#unsealed ??= { first: place, last: place, lastHash: digest, lines: 0 };
    this.#unsealed.last = place;
    this.#unsealed.lastHash = digest;
    this.#unsealed.lines++;
  }
}

function positionOf(text: string, bytes: Buffer, from: number): number {
  const found = bytes.indexOf(text, from, 'latin1');
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}
