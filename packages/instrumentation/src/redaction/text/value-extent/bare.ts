/** What stands in neither quotes nor brackets. */
import {
  alphanumerics,
  backslashes,
  blanks,
  charactersOf,
  endOfRun,
  isIn,
  mostNameCharacters,
  nameCharacters,
  nextOf,
  quotes,
  startOfRun,
} from '../character-set.ts';
import { endOfQuoted } from './quoted.ts';
import { endsString } from './string-end.ts';

const equalSigns = charactersOf('=', ':');
const wordStops = charactersOf(...` \t\n\r\v\f\x1b"'\`,;&|)]}`);
const separators = charactersOf(',', ';', '&');
/** `a=b|c=d`, `[a=b][c=d]`. */
const betweenFields = charactersOf('|', ')', ']', '}');
const beforeField = charactersOf('(', '[', '{');
const equalSign = charactersOf('=');
/** May stand behind a word rather than in it. */
const trailing = charactersOf(',', ';', ')', ']', '}', '[', '{', '>', '\\');
/** Behind them a quote opens something new. */
const beforeOpening = charactersOf(',', ';', ':', '=', '(', '[', '{', '&');
/** The same in a header, where the quote around it may stand behind a blank or a semicolon. */
const beforeQuoted = charactersOf(',', ':', '=', '[', '{');
const lineStops = charactersOf('\n', '\r', '"', "'", '`', '\\');
/** https://www.iana.org/assignments/http-authschemes, and others that are about. */
const schemes: ReadonlySet<string> = new Set(
  'apikey basic bearer digest dpop gnap hawk hmac hoba key mutual negotiate ntlm oauth ssws token vapid'.split(' '),
);

export function endOfBare(text: string, start: number, isLine: boolean): number {
  return isLine ? endOfLine(text, start) : endOfToken(text, start);
}

function endOfLine(text: string, start: number): number {
  for (let at = nextOf(lineStops, text, start); ; at = nextOf(lineStops, text, at + 1)) {
    if (isIn(quotes, text, at)) {
      const escape = startOfRun(backslashes, text, at, at - start);
      // An apostrophe.
      if (isIn(alphanumerics, text, at - 1) && isIn(alphanumerics, text, at + 1)) continue;
      if (!isIn(beforeQuoted, text, escape - 1) || endsString(text, escape)) return escape;
      at = endOfRun(backslashes, text, endOfQuoted(text, at, at - escape));
    } else {
      const letterAt = endOfRun(backslashes, text, at);
      if (letterAt === at || 'nr'.includes(text.charAt(letterAt))) return at;
      at = letterAt - 1;
    }
  }
}

/** `Bearer` is not the secret, but what follows; behind `Digest` these are parameters. */
function endOfToken(text: string, start: number): number {
  for (let from = start; ;) {
    const end = endOfWord(text, from);
    const next = endOfRun(blanks, text, end);
    const word = next === end ? '' : text.slice(from, end).toLowerCase();
    if (!schemes.has(word)) return end;
    if (word === 'digest') return endOfLine(text, next);
    from = next;
  }
}

function endOfWord(text: string, start: number): number {
  let end = nextOf(wordStops, text, start);
  while (end < text.length && isInsideWord(text, end)) end = nextOf(wordStops, text, end + 1);
  const wordEnd = startOfRun(trailing, text, end, end - start);
  if (wordEnd > start) return wordEnd;
  // Nothing but a comma is not there for its own sake.
  return end === start + 1 ? start : end;
}

/** An apostrophe, or a separator or closing bracket that no name and equal sign follows. */
function isInsideWord(text: string, at: number): boolean {
  if (isIn(quotes, text, at)) {
    const escape = startOfRun(backslashes, text, at, mostNameCharacters);
    return isIn(alphanumerics, text, at + 1) && !isIn(beforeOpening, text, escape - 1);
  }
  const isSeparator = isIn(separators, text, at);
  if (!isSeparator && !isIn(betweenFields, text, at)) return false;
  const isBracket = !isSeparator && text.charAt(at) !== '|';
  if (isBracket && !isIn(beforeField, text, at + 1)) return true;
  const nameStart = isBracket ? at + 2 : at + 1;
  const nameEnd = endOfRun(nameCharacters, text, nameStart, nameStart + mostNameCharacters);
  return nameEnd === nameStart || !isIn(isSeparator ? equalSigns : equalSign, text, nameEnd);
}
