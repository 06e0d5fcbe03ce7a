/** What a writing process is told, and what it tells. A life is one run of one of the writers: `w03.12` is the twelfth of the fourth. */
import { concerns, type ConcernName, type ConcernRow } from '@sentrikat/file-exporter';

export interface Orders {
  readonly directory: string;
  readonly life: string;
  readonly seed: number;
  readonly hasForeignWriters: boolean;
  readonly compressBackups: boolean;
  /** How many lines to write to each file before it ends by itself; 0: as many as it can until it is told to stop, or killed. */
  readonly lines: number;
  readonly death?: SuddenDeath | undefined;
}

/** After so many calls of a function of `node:fs` the next one is the last: it is not made, or, a write, made by half. */
export interface SuddenDeath {
  readonly during: 'renameSync' | 'unlinkSync' | 'writeSync';
  readonly after: number;
}

/** Lines are numbered from 1, in each file. */
export type Report =
  /** `forceFlush` has resolved: all lines up to these numbers are in the files. */
  | { readonly type: 'flushed'; readonly upTo: Numbers }
  /** `writeDurably` has resolved, or has rejected. */
  | { readonly type: 'durable'; readonly number: number }
  | { readonly type: 'rejected'; readonly number: number; readonly reason: string }
  | { readonly type: 'event'; readonly event: string };

export type Numbers = Readonly<Record<ConcernName, number>>;

/** The word that ends a life as a service ends: all that waits is written first. */
export const stop = 'stop';

/** Whose file takes the durable lines. */
export const durableConcern = 'audit';

/**
 * Small, so that some file rotates every few milliseconds; and with more backups than there will be before they are taken away. Every
 * rotation looks for each of them.
 */
export const chaosConcerns: readonly ConcernRow<ConcernName>[] = concerns.map((row, index) => ({
  ...row,
  maxBytes: 2048 * (1 + (index % 4)),
  backups: 600,
}));

/** ASCII, of any length, and like no other. */
export function messageOf(life: string, number: number, padding: number): string {
  return `${life} ${number} ${'x'.repeat(padding)}|`;
}

export const message: RegExp = /^(w\d\d\.\d+) (\d+) x*\|$/;
