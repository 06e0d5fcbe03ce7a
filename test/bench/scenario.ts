/**
 * What a benchmark is made of: contestants that do the same job, figures measured of each, and columns that show them.
 *
 * A scenario is one row of `scenarios.ts`. It knows how to take one sample of one contestant; how often, in which order,
 * and how the page looks are the same for all of them.
 */

import type { ExternalProgram } from './external-program.ts';

/** Full size is what the page is made of; quick only shows that every program still runs and loses nothing it should not. */
export type Size = 'full' | 'quick';

/** One measurement of one contestant: figure names, with their unit, and values. */
export type Sample = Readonly<Record<string, number>>;

export interface Contestant {
  readonly name: string;
  /** What a reader must know to judge the comparison; absent where another row has said it. */
  readonly note?: string;
  /** npm packages whose version the page states. */
  readonly packages: readonly string[];
  /** Where one of these is not installed the contestant is skipped. */
  readonly programs?: readonly ExternalProgram[];
  /** Takes one sample, in processes of its own. `directory` is empty, its alone, and removed afterwards. */
  readonly measure: (run: { readonly size: Size; readonly directory: string }) => Promise<Sample>;
}

export interface Column {
  readonly title: string;
  readonly figure: string;
  /** One value out of several runs; what went wrong in any of them is summed, or shown at its worst. */
  readonly summary: 'median' | 'highest' | 'sum';
  readonly digits: number;
  /** Shows the lowest and highest run as well. */
  readonly withSpread?: true;
  /** Shows the ratio to this contestant's median in place of the value, or to that of the contestant which this row is compared with. */
  readonly relativeTo?: string | ((contestant: string) => string);
  /** Shows "x of y", y being this figure in the same summary, or a dash where y is 0. */
  readonly of?: string;
}

export interface Scenario {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  /** What is measured, how, and what the figures cannot say. Markdown. */
  readonly about: string;
  readonly runs: Readonly<Record<Size, number>>;
  /** Starts what all samples share, unless no contestant can be measured; what it resolves with ends it. */
  readonly setUp?: () => Promise<() => Promise<void>>;
  readonly contestants: readonly Contestant[];
  readonly columns: readonly Column[];
}
