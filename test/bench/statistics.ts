/** What a handful of runs says. Medians, because a shared machine disturbs single runs by a factor, not by a percentage. */

/** The middle value, or the mean of the two in the middle. Throws a RangeError where there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('NO_SAMPLES: there is nothing to summarise');
  return lower + (upper - lower) / 2;
}

/** How many times the baseline's median the median of `values` is. */
export function ratioOfMedians(values: readonly number[], baseline: readonly number[]): number {
  return median(values) / median(baseline);
}

/** The lowest and the highest value: with few runs, all that can honestly be said about their scatter. */
export function spread(values: readonly number[]): { readonly lowest: number; readonly highest: number } {
  if (values.length === 0) throw new RangeError('NO_SAMPLES: there is nothing to summarise');
  return { lowest: Math.min(...values), highest: Math.max(...values) };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
