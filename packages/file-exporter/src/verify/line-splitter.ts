/**
 * Blocks of bytes in, whole lines out: those of one block together and uncopied, and one by one those that began in a block
 * before. Memory is bounded by the longest line that is kept whole; a longer one is hashed as it passes, and its end is kept,
 * where its seal is.
 */
import { createHash, type Hash } from 'node:crypto';

export interface LineTaker {
  /** Takes whole lines, each with its newline. The bytes are somebody else's afterwards. */
  takeLines(bytes: Buffer): void;
  /** Takes a line of which the end is known, and the SHA-256 of the whole. */
  takeLongLine(end: Buffer, digest: string): void;
}

/** Longer than any line of ours: 128 Ki characters of values, each of which takes six bytes at most. */
export const maxLineBytes: number = 1024 * 1024;
const keptEndBytes = 256;
const newline = 0x0a;

/** A line that was longer than `maxLineBytes` already. */
interface LongLine {
  readonly hash: Hash;
  end: Buffer;
}

export class LineSplitter {
  readonly #taker: LineTaker;
  #kept: Buffer = Buffer.alloc(0);
  #long: LongLine | undefined;
  #restBytes = 0;

  constructor(taker: LineTaker) {
    this.#taker = taker;
  }

  /** The bytes, which are copied where they are kept, may be overwritten afterwards. */
  push(block: Buffer): void {
    let start = 0;
    if (this.#restBytes > 0) {
      start = block.indexOf(newline) + 1;
      this.#keep(block.subarray(0, start === 0 ? block.length : start));
      if (start === 0) return;
      this.#endLine();
    }
    const end = block.lastIndexOf(newline) + 1;
    if (end > start) this.#taker.takeLines(block.subarray(start, end));
    if (block.length > Math.max(start, end)) this.#keep(block.subarray(Math.max(start, end)));
  }

  /** How many bytes there were after the last newline. */
  get restBytes(): number {
    return this.#restBytes;
  }

  /** These bytes, or the end of them, where they are more than a line may have. */
  get rest(): Buffer {
    return this.#long?.end ?? this.#kept;
  }

  /** Gives what follows the last newline to the taker, as if it had one too. */
  endLine(): void {
    if (this.#restBytes > 0) this.push(Buffer.of(newline));
  }

  #keep(bytes: Buffer): void {
    this.#restBytes += bytes.length;
    if (this.#long === undefined && this.#restBytes > maxLineBytes) {
      this.#long = { hash: createHash('sha256').update(this.#kept), end: this.#kept };
      this.#kept = Buffer.alloc(0);
    }
    if (this.#long === undefined) {
      this.#kept = Buffer.concat([this.#kept, bytes]);
      return;
    }
    const isLast = bytes.at(-1) === newline;
    const rest = isLast ? bytes.subarray(0, -1) : bytes;
    this.#long.hash.update(rest);
    this.#long.end = Buffer.concat([this.#long.end, rest.subarray(-keptEndBytes)]).subarray(-keptEndBytes);
  }

  #endLine(): void {
    if (this.#long === undefined) this.#taker.takeLines(this.#kept);
    else this.#taker.takeLongLine(this.#long.end, this.#long.hash.digest('hex'));
    this.#kept = Buffer.alloc(0);
    this.#long = undefined;
    this.#restBytes = 0;
  }
}
