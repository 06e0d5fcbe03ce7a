/** Lines as they will be written, all in one `write`. */
import { hashOfLine, maxSealBytes, writeSeal, type TrailHead } from '../trail/seal.ts';

/** How much of a batch is on the disk. */
export interface Whole {
  readonly lines: number;
  readonly bytes: number;
}

/** All files write in turns on one thread, so one buffer serves them all; grown for lines that are longer than any before. */
let scratch = Buffer.allocUnsafeSlow(256 * 1024);

/** `}` and the newline. */
const endOfObject = 2;

/** Its bytes are valid until another batch is begun. */
export class Batch {
  #ends: number[] = [];
  #head: TrailHead | undefined;
  #headBefore: TrailHead | undefined;

  /** With a `head`, each line is sealed as the next of its trail. */
  constructor(head: TrailHead | undefined) {
    this.#head = head;
  }

  /** How many lines. */
  get length(): number {
    return this.#ends.length;
  }

  get bytes(): Uint8Array {
    return scratch.subarray(0, this.byteLength);
  }

  get byteLength(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** Where the trail stands after these lines. */
  get head(): TrailHead | undefined {
    return this.#head;
  }

  /** The newest line, as it will stand in the file. */
  get last(): Uint8Array {
    return scratch.subarray(this.#startOfLast, this.byteLength);
  }

  get #startOfLast(): number {
    return this.#ends.at(-2) ?? 0;
  }

  /** Adds a line, its newline included: all of `source`, or what is between two places in it. */
  push(source: Buffer, from: number = 0, to: number = source.length): void {
    const start = this.byteLength;
    const length = to - from;
    makeRoom(start + length + maxSealBytes);
    source.copy(scratch, start, from, to);
    if (this.#head === undefined) {
      this.#ends.push(start + length);
      return;
    }
    this.#headBefore = this.#head;
    const end = writeSeal(scratch, start + length - endOfObject, this.#head);
    this.#ends.push(end);
    this.#head = { seq: this.#head.seq + 1, hash: hashOfLine(scratch.subarray(start, end - 1)) };
  }

  /** Begins with lines that stand one after the other, each up to one of `ends`. Only without a head. */
  pushAll(lines: Uint8Array, ends: number[]): void {
    makeRoom(lines.length);
    scratch.set(lines);
    this.#ends = ends;
  }

  /** Takes the newest line back; only one after another `push`. */
  pop(): void {
    this.#ends.pop();
    this.#head = this.#headBefore;
  }

  /**
   * What is whole within the first `written` bytes. A line that lacks nothing but its newline is, where somebody will give it one
   * rather than cut it off.
   */
  wholeWithin(written: number, areEnded: boolean): Whole {
    const lines = this.#ends.findLastIndex((end) => end - (areEnded ? 1 : 0) <= written) + 1;
    return { lines, bytes: this.#ends[lines - 1] ?? 0 };
  }
}

function makeRoom(bytes: number): void {
  if (bytes <= scratch.length) return;
  const roomy = Buffer.allocUnsafeSlow(bytes * 2);
  scratch.copy(roomy);
  scratch = roomy;
}
