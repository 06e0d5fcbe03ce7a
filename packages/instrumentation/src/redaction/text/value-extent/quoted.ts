/** What stands in quotes. */
import { backslashes, startOfRun } from '../character-set.ts';
import type { Extent } from './extent.ts';
import { endsString } from './string-end.ts';

/** `quoteAt`: behind the backslashes of the quote, which begin at `start`. */
export function quotedExtent(text: string, start: number, quoteAt: number): Extent {
  // `"enter your password: ","user":"bob"`
  if (endsString(text, start)) return { start, end: start, isQuoted: false };
  const triple = text.slice(start, quoteAt + 1).repeat(3);
  if (!text.startsWith(triple, start)) return piecesExtent(text, start, quoteAt);
  const valueStart = start + triple.length;
  const close = text.indexOf(triple, valueStart);
  return { start: valueStart, end: close === -1 ? text.length : close, isQuoted: true };
}

/**
 * Before the backslashes of the closing quote. In JSON that is itself a string in JSON, its quotes have as many
 * backslashes (`depth`) as the one that opened the value, and quotes inside the value more. Two quotes in a row are
 * one, as in SQL; behind a backslash, the second is that of the string around.
 */
export function endOfQuoted(text: string, openedAt: number, depth: number): number {
  const quote = text.charAt(openedAt);
  const valueStart = openedAt + 1;
  for (let at = text.indexOf(quote, valueStart); at !== -1; at = text.indexOf(quote, at + 1)) {
    const end = startOfRun(backslashes, text, at, at - valueStart);
    const count = at - end;
    const isEscaped = count > depth && count % (2 * (depth + 1)) !== depth;
    if (isEscaped) continue;
    if (at === valueStart || depth > 0 || text.charAt(at + 1) !== quote) return Math.max(end, at - depth);
    at++;
  }
  return text.length;
}

/** Also on several lines, as `util.inspect` writes a text: `'one\n' +` and, on the next line, `"it's two"`. */
function piecesExtent(text: string, start: number, quoteAt: number): Extent {
  const depth = quoteAt - start;
  let end = endOfQuoted(text, quoteAt, depth);
  let lastQuoteAt = quoteAt;
  for (;;) {
    const closed = end + depth + 1;
    joined.lastIndex = closed;
    const [join] = joined.exec(text) ?? [];
    if (join === undefined) {
      const isSameQuote = text.charAt(lastQuoteAt) === text.charAt(quoteAt);
      return isSameQuote ? { start: quoteAt + 1, end, isQuoted: true } : { start, end: closed, isQuoted: false };
    }
    lastQuoteAt = closed + join.length - 1;
    end = endOfQuoted(text, lastQuoteAt, depth);
  }
}

const joined = /[ ]\+(?:\n|\\{1,15}n)[ ]{1,64}\\{0,15}["'`]/y;
