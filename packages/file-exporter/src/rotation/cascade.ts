/**
 * Which files move when a file rotates: Python's order, from the oldest backup down to the file itself. Pure.
 *
 * The file itself moves last, so a crash anywhere before leaves it where writers look for it. Gaps in the numbers are not
 * closed, and backups beyond the count are never touched, as in Python.
 */

/** One change of the directory; `remove` comes before `rename` onto the same name. */
export type Move =
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

/** The moves that make room at `path`. `exists` answers for the directory as it is before the first move. */
export function* cascade(path: string, backups: number, exists: (path: string) => boolean): Generator<Move> {
  for (let number = backups - 1; number >= 0; number--) {
    const from = number === 0 ? path : `${path}.${number}`;
    if (!exists(from)) continue;
    const to = `${path}.${number + 1}`;
    // Only the last name can still be taken: what had the others has moved on. Removed first rather than replaced, because
    // ext4 starts writing the source back when a rename replaces a file.
    if (number + 1 === backups && exists(to)) yield { kind: 'remove', path: to };
    yield { kind: 'rename', from, to };
  }
}
