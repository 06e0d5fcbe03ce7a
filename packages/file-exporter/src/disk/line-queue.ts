/**
 * The lines that wait for the disk, oldest first, within a bound; what does not fit is dropped and counted.
 *
 * A line becomes bytes when it comes: nothing but copying is left to do while other writers wait for the lock, and no text
 * waits for the garbage collector.
 */

import type { Batch } from './batch.ts';

/** About 40,000 lines of ordinary length: what a dead disk may cost in memory, per file. */
const maxBytes = 8 * 1024 * 1024;
const firstCapacity = 64 * 1024;
/** More than a burst needs is given back when it is over. */
const keptCapacity = 4 * 1024 * 1024;
/** What one UTF-16 code unit becomes at most. */
const maxBytesPerUnit = 3;

/** One record, its newline included. */
export type Line = string | LineToCopy;

/** Not bytes themselves, as a view of some that are going to be copied is garbage with every line. */
interface LineToCopy {
  /** In bytes. */
  readonly length: number;
  copyTo(target: Uint8Array, start: number): void;
}

const nothing = Buffer.alloc(0);

export class LineQueue {
  #bytes = nothing;
  /** Where the lines stand in `#bytes`. */
  #start = 0;
  #end = 0;
  /** Where each line ends that has come since the queue was last empty; those before `#first` have left. */
  #ends: number[] = [];
  #first = 0;
  #droppedLines = 0;
  #takenLines = 0;

  /** How many lines wait. */
  get length(): number {
    return this.#ends.length - this.#first;
  }

  /** Of all lines that wait. */
  get bytes(): number {
    return this.#end - this.#start;
  }

  /** Whether there is nothing to write, and nothing to say of what was dropped. */
  get isIdle(): boolean {
    return this.length === 0 && this.#droppedLines === 0;
  }

  /** How many lines have left since the beginning. */
  get takenLines(): number {
    return this.#takenLines;
  }

  /** Takes the line, or drops and counts it. */
  push(line: Line): boolean {
    if (this.isFullFor(line)) {
      this.#droppedLines++;
      return false;
    }
    if (typeof line === 'string') {
      this.#makeRoom(line.length * maxBytesPerUnit);
      this.#grow(this.#bytes.write(line, this.#end));
    } else {
      this.#makeRoom(line.length);
      line.copyTo(this.#bytes, this.#end);
      this.#grow(line.length);
    }
    return true;
  }

  isFullFor(line: Line): boolean {
    return this.bytes + line.length > maxBytes;
  }

  /** The bytes of so many lines from the `index`th on; valid until the queue changes. */
  view(index: number, count: number): Uint8Array {
    return this.#bytes.subarray(this.#startOf(index), this.#startOf(index + count));
  }

  /** Adds the `index`th line to a batch. */
  pushOnto(batch: Batch, index: number): void {
    batch.push(this.#bytes, this.#startOf(index), this.#startOf(index + 1));
  }

  /** Where the first lines end, as many as are no longer than `bytes` together, counted from the beginning of the first. */
  endsWithin(bytes: number): number[] {
    const ends: number[] = [];
    for (let index = this.#first; index < this.#ends.length; index++) {
      const end = this.#ends[index]! - this.#start;
      if (end > bytes) break;
      ends.push(end);
    }
    return ends;
  }

  /** Removes the first `count` lines. */
  shift(count: number): void {
    this.#takenLines += count;
    this.#start = this.#startOf(count);
    this.#first += count;
    if (this.length === 0) this.#empty();
  }

  /** Takes lines back that have not left: those which would be the `takenLines`th to leave. */
  withdraw(places: ReadonlySet<number>): void {
    const lines = Array.from({ length: this.length }, (...[, index]) => index)
      .filter((index) => !places.has(this.#takenLines + 1 + index))
      .map((index) => Buffer.from(this.view(index, 1)));
    this.#empty();
    for (const line of lines) {
      this.#makeRoom(line.length);
      this.#grow(line.copy(this.#bytes, this.#end));
    }
  }

  /** How many lines were dropped since this was last asked. */
  takeDroppedCount(): number {
    const count = this.#droppedLines;
    this.#droppedLines = 0;
    return count;
  }

  #startOf(index: number): number {
    return index === 0 ? this.#start : this.#ends[this.#first + index - 1]!;
  }

  /** A line of so many bytes has been written at the end. */
  #grow(bytes: number): void {
    this.#end += bytes;
    this.#ends.push(this.#end);
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const [start, end] = [this.#start, this.#end];
    const roomy = Buffer.allocUnsafeSlow(Math.max(firstCapacity, (this.bytes + bytes) * 2));
    this.#bytes.copy(roomy, 0, start, end);
    this.#bytes = roomy;
    this.#ends = this.#ends.slice(this.#first).map((each) => each - start);
    this.#first = 0;
    this.#start = 0;
    this.#end = end - start;
  }

  #empty(): void {
    this.#ends = [];
    this.#first = 0;
    this.#start = 0;
    this.#end = 0;
    if (this.#bytes.length > keptCapacity) this.#bytes = nothing;
  }
}
