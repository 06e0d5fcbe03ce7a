/** From where a secret is in a reading of a text, to where it is in the text as it is written. */
import { charactersOf, nextOf } from './character-set.ts';
import type { Found } from './detector.ts';
import { writtenAt } from './escapes.ts';

/** What was found in the reading of a text, in that text. Both are in order, and no two of them overlap. */
export function whereWritten(found: readonly Found[], reading: string, text: string): readonly Found[] {
  const places = writtenAt(text);
  const written: Found[] = [];
  let end = 0;
  for (const secret of found) {
    const start = places[secret.start]!;
    if (start < end) continue;
    end = endIn(text, secret, places);
    written.push({ start, end, replacement: replacementIn(text, secret, reading, places) });
  }
  return written;
}

const parameterEnds = charactersOf(' ', '\t', '\n', '\r', '"', "'", '`', '<', '>', '&', '#');

/** Behind an equal sign that is no escape, escapes are part of the value: `user%5Bpassword%5D=a%20b`. */
function endIn(text: string, { start, end }: Found, places: Int32Array): number {
  const endAt = places[end]!;
  const isParameter = text.charAt(places[start]! - 1) === '=';
  const isBeforeEscape = places[end + 1]! > endAt + 1;
  return isParameter && isBeforeEscape ? nextOf(parameterEnds, text, endAt) : endAt;
}

/** The quotes around a mark are the ones around its name, as these are written. */
function replacementIn(text: string, { start, replacement }: Found, reading: string, places: Int32Array): string {
  const quote = replacement.slice(0, replacement.indexOf('['));
  if (quote === '') return replacement;
  const quoteAt = reading.lastIndexOf(quote, start - 1);
  return replacement.replaceAll(quote, text.slice(places[quoteAt], places[quoteAt + quote.length]));
}
