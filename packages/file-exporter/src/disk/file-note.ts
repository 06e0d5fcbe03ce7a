/** What the writer itself has to say, as lines of the file it is about. */
import type { Retired } from '../rotation/intent.ts';
import type { TrailHead } from '../trail/seal.ts';
import type { Fragment } from './torn-tail.ts';

export type FileNote =
  /** So many records are missing here: they did not fit into memory while the disk refused. */
  | { readonly type: 'dropped'; readonly records: number }
  /** Only in a trail: a dead writer's half line has been moved out. */
  | { readonly type: 'repaired'; readonly fragment: Fragment }
  /** Only in a trail: rotation has removed the oldest backup. */
  | { readonly type: 'retired'; readonly retired: Retired }
  /** Only in a trail with a key: signs where it stands. */
  | { readonly type: 'checkpoint'; readonly head: TrailHead };

/** One line, its newline included, without a seal. */
export type FormatNote = (note: FileNote) => string;
