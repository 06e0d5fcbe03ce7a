/** Objects and lists, in the notation of JSON and in those that are like it. */
import { alphanumerics, backslashes, charactersOf, endOfRun, isIn, quotes, startOfRun } from '../character-set.ts';
import { isOfColour } from '../colours.ts';
import { endOfQuoted } from './quoted.ts';
import { endsString } from './string-end.ts';

const openingBrackets = charactersOf('[', '{');
const closingBrackets = charactersOf(']', '}');
const closingOf: Readonly<Record<string, string>> = { '[': ']', '{': '}' };
/** What else stands behind one is part of the value: `{SSHA}…`. */
const behindStructure = charactersOf(...` \t\n\r\v\f"'\`,;&()[]{}<>\\.:|`);

export function beginsStructure(text: string, at: number): boolean {
  return isIn(openingBrackets, text, at);
}

/** Whether a structure that ends there is all of the value. */
export function isAllOfValue(text: string, end: number): boolean {
  return end === text.length || isIn(behindStructure, text, end);
}

/** A closing bracket of another kind than the innermost that is open is part of what is in it. */
export function endOfStructure(text: string, start: number): number {
  const open: string[] = [];
  for (let at = start; at < text.length; at++) {
    if (isIn(openingBrackets, text, at)) {
      if (!isOfColour(text, at)) open.push(closingOf[text.charAt(at)]!);
    } else if (isIn(closingBrackets, text, at)) {
      if (text.charAt(at) === open.at(-1)) open.pop();
      if (open.length === 0) return at + 1;
    } else if (isIn(quotes, text, at)) {
      const escape = startOfRun(backslashes, text, at, at - start);
      if (endsString(text, escape)) return escape;
      // An apostrophe opens nothing.
      if (isIn(alphanumerics, text, escape - 1)) continue;
      at = endOfRun(backslashes, text, endOfQuoted(text, at, at - escape));
    }
  }
  return text.length;
}
