/**
 * What a writer is about to rename, written down before it does: if it dies in the middle, whoever rotates or opens the file
 * next does the rest, and the backups have no hole. Pure.
 *
 * A file that still has its recorded inode under its old number has not moved yet. Inodes tell them apart safely, because
 * all of the files exist, under one number or another, for as long as the intent does: none is compressed meanwhile.
 */
import type { Move } from './cascade.ts';

export interface Intent {
  readonly moves: readonly IntendedMove[];
  /** What the trail has to be told that it loses by it, and was not told yet. */
  readonly retiring: readonly Retired[];
}

export interface IntendedMove extends Move {
  /** Of the file that is to move. */
  readonly device: number;
  readonly inode: number;
}

/** What a trail loses, and may, when rotation removes its oldest backup: which lines, so that nobody need miss them. */
export interface Retired {
  /** File name. */
  readonly file: string;
  /** Numbers of its first and last sealed lines. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of its last line. */
  readonly lastHash: string;
}

/** JSON, one line. Numbers and no paths: whoever could write one must not be able to have anything else renamed. */
export function formatIntent(intent: Intent): Uint8Array {
  return Buffer.from(`${JSON.stringify(intent)}\n`);
}

/** An intent of nothing where the writer died while it wrote: nothing has moved then. */
export function parseIntent(bytes: Uint8Array): Intent {
  try {
    const intent: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (isIntent(intent)) return intent;
  } catch {
    // As good as none.
  }
  return { moves: [], retiring: [] };
}

/**
 * The moves that have not been made yet. None where something else has taken a number that one of them needs: whoever put it there
 * would lose it.
 */
export function movesLeft(
  moves: readonly IntendedMove[],
  statusOf: (number: number) => Pick<IntendedMove, 'device' | 'inode'> | undefined,
): readonly IntendedMove[] {
  const left = moves.filter(({ number, device, inode }) => {
    const status = statusOf(number);
    return status?.inode === inode && status.device === device;
  });
  const leaving = new Set(left.map(({ number }) => number));
  const isFree = (number: number) => leaving.has(number) || statusOf(number) === undefined;
  return left.every(({ number, replaces }) => replaces || isFree(number + 1)) ? left : [];
}

function isIntent(value: unknown): value is Intent {
  const { moves, retiring } = asObject<Intent>(value);
  return Array.isArray(moves) && moves.every(isIntendedMove) && Array.isArray(retiring) && retiring.every(isRetired);
}

function isIntendedMove(value: unknown): value is IntendedMove {
  const { number, replaces, device, inode } = asObject<IntendedMove>(value);
  return isNumber(number) && typeof replaces === 'boolean' && typeof device === 'number' && typeof inode === 'number';
}

function isRetired(value: unknown): value is Retired {
  const { file, firstSeq, lastSeq, lastHash } = asObject<Retired>(value);
  return typeof file === 'string' && isNumber(firstSeq) && isNumber(lastSeq) && typeof lastHash === 'string';
}

function asObject<Type>(value: unknown): Partial<Type> {
  return typeof value === 'object' && value !== null ? value : {};
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
