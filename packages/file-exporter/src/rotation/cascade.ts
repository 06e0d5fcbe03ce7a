/**
 * Which files move when a file rotates: Python's order, from the oldest backup down to the file itself. Pure.
 *
 * The file itself moves last, so a crash anywhere before leaves it where writers look for it. Gaps in the numbers are not
 * closed, and backups beyond the count are never touched, as in Python.
 */

/** The file of this number takes the next one; 0 is the file itself. */
export interface Move {
  readonly number: number;
  /** A file has the next number, and is removed first: only the last number can be taken, what had the others has moved on. */
  readonly replaces: boolean;
}

/** The moves that make room for a new file. `exists` answers for the directory as it is before the first move. */
export function cascade(backups: number, exists: (number: number) => boolean): Move[] {
  const moves: Move[] = [];
  for (let number = backups - 1; number >= 0; number--) {
    if (exists(number)) moves.push({ number, replaces: number + 1 === backups && exists(backups) });
  }
  return moves;
}

/** `audit.log.3`; number 0 is the file itself. */
export function backupPath(path: string, number: number): string {
  return number === 0 ? path : `${path}.${number}`;
}
