/**
 * What a writer is about to rename, written down before it does: if it dies in the middle, whoever rotates or opens the file
 * next does the rest, and the backups have no hole. Pure.
 *
 * A file that still has its recorded inode under its old number has not moved yet. Inodes tell them apart safely, because
 * all of the files exist, under one number or another, for as long as the intent does.
 */
import type { Move } from './cascade.ts';

export interface IntendedMove extends Move {
  /** Of the file that is to move. */
  readonly device: number;
  readonly inode: number;
}

/** JSON, one line. Numbers and no paths: whoever could write one must not be able to have anything else renamed. */
export function formatIntent(moves: readonly IntendedMove[]): Uint8Array {
  return Buffer.from(`${JSON.stringify(moves)}\n`);
}

/** No moves where the writer died while it wrote: nothing has moved then. */
export function parseIntent(bytes: Uint8Array): readonly IntendedMove[] {
  try {
    const moves: unknown = JSON.parse(Buffer.from(bytes).toString());
    return Array.isArray(moves) && moves.every(isIntendedMove) ? moves : [];
  } catch {
    return [];
  }
}

function isIntendedMove(value: unknown): value is IntendedMove {
  if (typeof value !== 'object' || value === null) return false;
  const { number, replaces, device, inode } = value as Partial<IntendedMove>;
  return (
    Number.isSafeInteger(number) &&
    typeof replaces === 'boolean' &&
    typeof device === 'number' &&
    typeof inode === 'number'
  );
}
