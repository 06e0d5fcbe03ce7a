/**
 * The bytes of a line of printable ASCII as they are put together. Written byte by byte rather than joined out of strings: a line
 * of thirty parts would have to be flattened and encoded afterwards, which costs as much as all else, and leave them all to the
 * garbage collector.
 */

const firstCapacity = 4 * 1024;
/** What one long line has needed is given back. */
const keptCapacity = 1024 * 1024;
/** `\uNNNN` */
const maxBytesPerUnit = 6;

const quote = 0x22;
const backslash = 0x5c;

/** The second character of each escape that JSON has a name for, by code unit; 0 for what has none. */
const shortEscapes = Uint8Array.from({ length: 0x60 }, (...[, code]) => {
  const escaped = JSON.stringify(String.fromCharCode(code));
  return escaped.length === 4 ? escaped.charCodeAt(2) : 0;
});
const hexDigits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/**
 * What is written into every line. Its bytes are taken eight at a time, each eight as the number that they are in memory: V8 makes one
 * instruction of each, where `Uint8Array.set` is a call that takes longer than so few bytes do.
 */
export interface LinePart {
  readonly words: readonly number[];
  /** In bytes; the last word may be longer. */
  readonly length: number;
}

const wordBytes = 8;

/** `text` must be ASCII, none of whose words is a not-a-number, which need not stay as it is. */
export function linePart(text: string): LinePart {
  const { length } = text;
  const bytes = Buffer.alloc(Math.ceil(length / wordBytes) * wordBytes);
  bytes.write(text, 'latin1');
  const words = Array.from({ length: bytes.length / wordBytes }, (...[, index]) =>
    bytes.readDoubleLE(index * wordBytes),
  );
  return { words, length };
}

export class LineBytes {
  #bytes = Buffer.allocUnsafeSlow(firstCapacity);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get text(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }

  copyTo(target: Uint8Array, start: number): void {
    this.#bytes.copy(target, start, 0, this.#length);
  }

  /** Forgets all that was written. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > keptCapacity) this.#take(Buffer.allocUnsafeSlow(firstCapacity));
  }

  /** Forgets what was written after the first `length` bytes. */
  cutTo(length: number): void {
    this.#length = length;
  }

  part({ words, length }: LinePart): void {
    this.#roomFor(length + wordBytes);
    const view = this.#view;
    const start = this.#length;
    for (let index = 0; index < words.length; index++) view.setFloat64(start + index * wordBytes, words[index]!, true);
    this.#length = start + length;
  }

  /** `text`, which must be printable ASCII, as it is. */
  ascii(text: string): void {
    const { length } = text;
    const bytes = this.#roomFor(length);
    const start = this.#length;
    for (let index = 0; index < length; index++) bytes[start + index] = text.charCodeAt(index);
    this.#length = start + length;
  }

  /** A whole number that is not negative and has at most nine digits, in so many, with zeros in front. */
  digits(value: number, count: number): void {
    const bytes = this.#roomFor(count);
    let rest = value | 0;
    for (let index = this.#length + count - 1; index >= this.#length; index--) {
      bytes[index] = 0x30 + (rest % 10);
      rest = (rest / 10) | 0;
    }
    this.#length += count;
  }

  /** `text` as a JSON string, quotes included. */
  jsonString(text: string): void {
    const { length } = text;
    const bytes = this.#roomFor(length * maxBytesPerUnit + 2);
    let at = this.#length;
    bytes[at++] = quote;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit >= 0x20 && unit <= 0x7e && unit !== quote && unit !== backslash) bytes[at++] = unit;
      else at = writeEscape(bytes, at, unit);
    }
    bytes[at++] = quote;
    this.#length = at;
  }

  #roomFor(count: number): Uint8Array {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) {
      const roomy = Buffer.allocUnsafeSlow(needed * 2);
      this.copyTo(roomy, 0);
      this.#take(roomy);
    }
    return this.#bytes;
  }

  #take(bytes: Buffer<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Returns where it ends. */
function writeEscape(bytes: Uint8Array, start: number, unit: number): number {
  bytes[start] = backslash;
  const short = unit < shortEscapes.length ? shortEscapes[unit]! : 0;
  if (short !== 0) {
    bytes[start + 1] = short;
    return start + 2;
  }
  bytes[start + 1] = 0x75;
  for (let digit = 0; digit < 4; digit++) bytes[start + 2 + digit] = hexDigits[(unit >> (12 - 4 * digit)) & 0xf]!;
  return start + maxBytesPerUnit;
}
