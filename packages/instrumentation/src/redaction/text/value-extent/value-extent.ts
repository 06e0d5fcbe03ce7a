/**
 * From where to where a value goes that stands in a text behind its name. Where that is not to be known, rather too
 * much is taken than too little: a value in quotes ends with its quote, an object or array with its bracket, what is
 * in neither at white space, a quote, or a separator that another name follows; a header at the end of its line. What
 * has no end takes all of the text.
 */
import { alphanumerics, backslashes, blanks, endOfRun, isIn, quotes } from '../character-set.ts';
import { endOfColours } from '../colours.ts';
import { endOfBare } from './bare.ts';
import { blockScalarExtent } from './block-scalar.ts';
import type { Extent } from './extent.ts';
import { quotedExtent } from './quoted.ts';
import { beginsStructure, endOfStructure, isAllOfValue } from './structure.ts';

/** `isLine`: whether it goes on to the end of the line. */
export function valueExtent(text: string, from: number, isLine: boolean): Extent {
  // Most begin so, and are neither in quotes nor in brackets.
  if (isIn(alphanumerics, text, from)) return { start: from, end: endOfBare(text, from, isLine), isQuoted: false };
  const start = endOfColours(text, endOfRun(blanks, text, from));
  const quoteAt = endOfRun(backslashes, text, start);
  if (isIn(quotes, text, quoteAt)) return quotedExtent(text, start, quoteAt);
  const block = blockScalarExtent(text, from, start);
  if (block !== undefined) return block;
  if (!beginsStructure(text, start)) return { start, end: endOfBare(text, start, isLine), isQuoted: false };
  const structureEnd = endOfStructure(text, start);
  const end = isAllOfValue(text, structureEnd) ? structureEnd : endOfBare(text, structureEnd, isLine);
  return { start, end, isQuoted: false };
}
