/**
 * What the trail is held against: heads and checkpoints that somebody kept where nobody who can write the files can. Without
 * them a trail that was cut off at its end, or written anew as a whole, looks like any other.
 */
import type { KeyObject } from 'node:crypto';

import { isCheckpointGenuine, type Checkpoint } from '../trail/checkpoint.ts';
import type { Seal, TrailHead } from '../trail/seal.ts';
import { finding, linesOf, type LinePlace, type TrailFinding } from './finding.ts';

export class KeptEvidence {
  /** Of lines, by their numbers; several where the evidence contradicts itself. */
  readonly #hashes = new Map<number, readonly string[]>();
  /** What lines remember as the line before them, by their numbers. */
  readonly #remembered = new Map<number, readonly string[]>();
  #lastSeq = 0;
  #found = 0;

  /** Throws a RangeError for a checkpoint that is not signed by the key it names: it is no evidence. */
  constructor(
    heads: readonly TrailHead[],
    checkpoints: readonly Checkpoint[],
    publicKeys: ReadonlyMap<string, KeyObject>,
  ) {
    for (const { seq, hash } of heads) {
      add(this.#hashes, seq, hash);
      this.#lastSeq = Math.max(this.#lastSeq, seq);
    }
    for (const checkpoint of checkpoints) {
      const { seq, keyId, prevHash } = checkpoint;
      const key = publicKeys.get(keyId);
      if (key !== undefined && !isCheckpointGenuine(checkpoint, key)) {
        throw new RangeError(
          `KEPT_CHECKPOINT_FORGED: the checkpoint kept for line ${seq} is not signed by key ${keyId}, so nothing can be proven with it; take it from its source again`,
        );
      }
      add(this.#remembered, seq, prevHash);
      this.#lastSeq = Math.max(this.#lastSeq, seq);
    }
  }

  /** Whether anything was kept of the line with this number. */
  has(seq: number): boolean {
    return this.#hashes.has(seq) || this.#remembered.has(seq);
  }

  /** How many lines were there as they were kept. */
  get found(): number {
    return this.#found;
  }

  /** What there is to say of a line; undefined where nothing was kept of it, or it is as it was. */
  compare(place: LinePlace, { seq, prevHash }: Seal, hash?: string): TrailFinding | undefined {
    if (!this.has(seq)) return undefined;
    const isAsKept =
      (hash === undefined || this.#hashes.get(seq)?.every((kept) => kept === hash) !== false) &&
      this.#remembered.get(seq)?.every((kept) => kept === prevHash) !== false;
    if (isAsKept) {
      this.#found++;
      return undefined;
    }
    return differsFromKept(place, seq);
  }

  /** What there is to say of a trail that ends with this line, and behind it with something of this hash. */
  compareEnd(end: LinePlace, lastSeq: number, hash: string): TrailFinding | undefined {
    const next = lastSeq + 1;
    if (this.#remembered.get(next)?.every((kept) => kept === hash) === false) return differsFromKept(end, next);
    const lines = this.#lastSeq - lastSeq;
    if (lines <= 0) return undefined;
    const what = `the trail ends here with line ${lastSeq}, and line ${this.#lastSeq} was written, as what was kept proves`;
    const meaning = `${linesOf(lines)} or more were cut off the end, or newer files removed; what they said cannot be told`;
    const missing = { firstSeq: next, lastSeq: this.#lastSeq };
    return finding('end-truncated', end, what, meaning, { lines, missing });
  }
}

function differsFromKept(place: LinePlace, seq: number): TrailFinding {
  const what = `this line, ${seq}, or the line before it, is not the one that was kept`;
  const meaning =
    'It was edited or put in, or the trail was written anew, with fitting hashes, from this line or an earlier one on: trust nothing since the newest line that is as it was kept';
  return finding('differs-from-kept', place, what, meaning, { lines: 1, seq });
}

function add(hashes: Map<number, readonly string[]>, seq: number, hash: string): void {
  hashes.set(seq, [...(hashes.get(seq) ?? []), hash]);
}
