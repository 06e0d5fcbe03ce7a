/**
 * When a file rotates: the predicate of Python's `RotatingFileHandler.shouldRollover`, and nothing else. Pure.
 *
 * Two of its habits look like mistakes and are kept, because they decide which record ends which file: the limit counts
 * the new record in *characters* while the file counts in bytes, and it is `>=`, so that a file of exactly `maxBytes`
 * never comes to be.
 *
 * @see https://docs.python.org/3/library/logging.handlers.html#rotatingfilehandler
 */

/** How a file rotates. */
export interface RotationPolicy {
  /** 0 or less: the file never rotates. */
  readonly maxBytes: number;
  /** 0 or less: the file never rotates, and grows without limit. */
  readonly backups: number;
  /**
   * Whether a record as large as the limit makes an *empty* file rotate, leaving an empty backup: CPython up to 3.12 did,
   * 3.13 and later do not (https://github.com/python/cpython/issues/116263).
   */
  readonly emptyFileRollover: boolean;
}

/** What the writer, holding the lock, has seen at the path. */
export interface Seen {
  /** Bytes in the file now, all processes' writes included. */
  readonly size: number;
  /** False for a device, a pipe or the like, which is never renamed. */
  readonly isRegularFile: boolean;
}

export type Step = 'append' | 'rotate';

/** What to do before a record of `characters` code points, its newline included, is appended. */
export function nextStep(seen: Seen, policy: RotationPolicy, characters: number): Step {
  if (!canRotate(policy) || !seen.isRegularFile) return 'append';
  if (seen.size === 0 && !policy.emptyFileRollover) return 'append';
  return seen.size + characters >= policy.maxBytes ? 'rotate' : 'append';
}

/** Whether `bytes` more can be appended, as any number of records, without one of them asking for a rotation. */
export function fitsWithoutRotation(seen: Seen, policy: RotationPolicy, bytes: number): boolean {
  // A text never has more characters than bytes, so the last record asks for less than `bytes` in total.
  return !canRotate(policy) || !seen.isRegularFile || seen.size + bytes < policy.maxBytes;
}

function canRotate({ maxBytes, backups }: RotationPolicy): boolean {
  return maxBytes > 0 && backups > 0;
}

/** Code points of a text in UTF-8, which is what Python's `len` counts; `Buffer` and JavaScript count otherwise. */
export function countCharacters(bytes: Uint8Array): number {
  let characters = 0;
  for (const byte of bytes) {
    if ((byte & 0b1100_0000) !== 0b1000_0000) characters++;
  }
  return characters;
}
