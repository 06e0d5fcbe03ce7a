/**
 * What makes the lines of a file a trail: each carries its number and the SHA-256 of the line before it, as its last two keys,
 *
 *     {…, "seq": 4711, "prev_hash": "9f86d081884c7d65…"}
 *
 * across processes, rotations and restarts. So no line can be changed, left out, put in or moved without the next one telling.
 * Numbers begin with 1; the hash is of the whole line, its own seal included, without the newline. Pure.
 */
import { hash } from 'node:crypto';

/** The newest line of a trail. */
export interface TrailHead {
  /** Its number; 0 before the first. */
  readonly seq: number;
  /** Its SHA-256, 64 hexadecimal digits. */
  readonly hash: string;
}

/** Before the first line. */
export const trailStart: TrailHead = { seq: 0, hash: '0'.repeat(64) };

/** No seal is longer. */
export const maxSealBytes = 128;

/** What a sealed line says about its place. */
export interface Seal {
  readonly seq: number;
  /** The hash of the line before. */
  readonly prevHash: string;
}

/**
 * Seals a line as the next after `head`: what is written takes the place of its last brace and its newline, which begin at `start`, and
 * is no longer than `maxSealBytes`. Returns where it ends.
 *
 * Character by character, as one text of these parts would be garbage with every line.
 */
export function writeSeal(bytes: Uint8Array, start: number, { seq, hash: prevHash }: TrailHead): number {
  let at = writeAscii(bytes, start, ', "seq": ');
  at = writeAscii(bytes, at, String(seq + 1));
  at = writeAscii(bytes, at, ', "prev_hash": "');
  at = writeAscii(bytes, at, prevHash);
  return writeAscii(bytes, at, '"}\n');
}

/** Returns where it ends. */
function writeAscii(bytes: Uint8Array, start: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[start + index] = text.charCodeAt(index);
  return start + text.length;
}

/** SHA-256 of a line without its newline, in hexadecimal. */
export function hashOfLine(line: string | Uint8Array): string {
  return hash('sha256', line);
}

/**
 * The seal of a line without its newline; undefined where it has none. The keys are found from the end, where nothing that a
 * record holds can stand: a quote inside a value is escaped.
 */
export function sealOfLine(line: string | Uint8Array): Seal | undefined {
  const end = line.slice(-maxSealBytes);
  const [, seq, prevHash] = seal.exec(typeof end === 'string' ? end : Buffer.from(end).toString('latin1')) ?? [];
  return seq === undefined || prevHash === undefined ? undefined : { seq: Number(seq), prevHash };
}

/**
 * Whether a line without its newline carries the very seal of the line after the one with this number and hash. `sealOfLine` tells
 * the same, and takes as long as hashing the line does.
 */
export function isSealedAfter(line: Uint8Array, seq: number, hashBefore: string): boolean {
  let at = precedes(line, line.length, '"}');
  at = precedes(line, at, hashBefore);
  at = precedes(line, at, ', "prev_hash": "');
  at = precedes(line, at, String(seq + 1));
  return precedes(line, at, ', "seq": ') >= 0;
}

/** Where the text begins that ends before `end`; less than 0 where another stands there. */
function precedes(bytes: Uint8Array, end: number, text: string): number {
  const start = end - text.length;
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text.charCodeAt(index)) return -1;
  }
  return start;
}

const seal = /, "seq": ([1-9]\d{0,15}), "prev_hash": "([0-9a-f]{64})"\}$/;
