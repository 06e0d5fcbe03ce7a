/** What happens to one log file, its writers and its disk, as data: made at random, shrunk, written down in a table. */
import type { ErrorCode, Fault } from './faulty-process.ts';

export interface Scenario {
  readonly maxBytes: number;
  readonly backups: number;
  readonly emptyFileRollover: boolean;
  /** Whether lines are sealed into a trail; and after how many lines it is signed, 0: never. */
  readonly isTrail: boolean;
  readonly checkpointEvery: number;
  readonly hasForeignWriters: boolean;
  /** Whether backups are compressed. */
  readonly isCompressing: boolean;
  /** How many processes share the file. */
  readonly writers: number;
  readonly steps: readonly Step[];
}

export interface Step {
  /** Which writer acts, or, where it is about the disk or an outsider, is meant. */
  readonly writer: number;
  readonly action: Action;
  /** Befalls one operation of this step. */
  readonly fault?: Fault | undefined;
  /** What happens in the middle of this step, before the operation of that number. */
  readonly meanwhile?: { readonly at: number; readonly step: Step } | undefined;
}

export type Action =
  /** Lines, each so many characters more than it needs to be told from others; and whether they are written at once. */
  | {
      readonly type: 'append';
      readonly sizes: readonly number[];
      readonly isDurable: boolean;
      readonly isFlushed: boolean;
    }
  | { readonly type: 'flush'; readonly timeoutMillis: number }
  | { readonly type: 'append-without-lock' }
  | { readonly type: 'request-checkpoint' }
  /** More than memory may hold. */
  | { readonly type: 'flood' }
  /** Closes the file, and opens it anew. */
  | { readonly type: 'restart' }
  | { readonly type: 'kill' }
  /** The syncs that are under way end, well or not. */
  | { readonly type: 'end-syncs'; readonly code?: ErrorCode }
  | { readonly type: 'pass-time'; readonly millis: number }
  /** Some kinds of operations of this writer fail from now on; none does any more. */
  | { readonly type: 'refuse'; readonly what: Refusal; readonly code: ErrorCode }
  | { readonly type: 'allow' }
  /** The disk has so many bytes left; the disk has room again. */
  | { readonly type: 'fill'; readonly room: number }
  | { readonly type: 'free' }
  /** An outsider renames the file, to `.1` where that is free, or to another name. */
  | { readonly type: 'rename'; readonly to: 'backup' | 'elsewhere' }
  | { readonly type: 'remove'; readonly what: 'file' | 'backup' | 'directory' | 'bookkeeping' | 'lock' }
  /** An outsider appends a line, or, where there are foreign writers, half a line. */
  | { readonly type: 'append-from-outside'; readonly size: number; readonly isHalf: boolean }
  /** All writers die, and more or less of what was not synced is gone; the number decides of what. */
  | { readonly type: 'lose-power'; readonly chance: number };

export type Refusal = 'renaming' | 'writing' | 'opening' | 'syncing' | 'locking' | 'reading';

/** Troubles a scenario can consist of, from none to all. */
export type Trouble = 'none' | 'deaths' | 'power' | 'errors' | 'outsiders';
