/** Patterns of the ends of words. */

interface EndingPatternOptions {
  /** How any of these characters is written, as a class. */
  readonly classOf: (characters: string) => string;
  /** Classes that do as well for the third last character of a word, and for the one before that. */
  readonly instead?: readonly [thirdLast: string, fourthLast: string];
}

/**
 * What any of the words ends a text with, for a look behind. The last character is looked at once for all words that
 * share it, then the one before it, and so on: most texts are refused by their last two.
 */
export function endingPattern(words: Iterable<string>, { classOf, instead }: EndingPatternOptions): string {
  return patternOf([...words], 0);

  function patternOf(beginnings: readonly string[], matched: number): string {
    if (beginnings.includes('')) return '';
    const byLast = Map.groupBy(beginnings, (word) => word.slice(-1));
    const byRest = Map.groupBy(byLast, ([, group]) =>
      patternOf(
        group.map((word) => word.slice(0, -1)),
        matched + 1,
      ),
    );
    const alternatives = [...byRest].map(([rest, lasts]) => rest + classOf(lasts.map(([last]) => last).join('')));
    const other = instead?.[matched - 2];
    return `(?:${[...alternatives, ...(other === undefined ? [] : [other])].join('|')})`;
  }
}
