/** Objects and lists, in the notation of JSON and in those that are like it. */
import { alphanumerics, backslashes, charactersOf, endOfRun, isIn, quotes, startOfRun } from '../character-set.ts';
import { endOfQuoted } from './quoted.ts';
import { endsString } from './string-end.ts';

const openingBrackets = charactersOf('[', '{');
const closingBrackets = charactersOf(']', '}');
/** What else stands behind one is part of the value: `{SSHA}…`. */
const behindStructure = charactersOf(...` \t\n\r\v\f"'\`,;&()[]{}<>\\.:|`);

export function beginsStructure(text: string, at: number): boolean {
  return isIn(openingBrackets, text, at);
}

/** Whether a structure that ends there is all of the value. */
export function isAllOfValue(text: string, end: number): boolean {
  return end === text.length || isIn(behindStructure, text, end);
}

export function endOfStructure(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (isIn(openingBrackets, text, at)) depth++;
    else if (isIn(closingBrackets, text, at) && --depth === 0) return at + 1;
    else if (isIn(quotes, text, at)) {
      const escape = startOfRun(backslashes, text, at, at - start);
      if (endsString(text, escape)) return escape;
      // An apostrophe opens nothing.
      if (isIn(alphanumerics, text, escape - 1)) continue;
      at = endOfRun(backslashes, text, endOfQuoted(text, at, at - escape));
    }
  }
  return text.length;
}
