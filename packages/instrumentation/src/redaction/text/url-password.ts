/**
 * Passwords in URLs, `scheme://user:password@host`, and user information that is too long to be a user's name. Names
 * stay: whose credentials were used is what an investigation asks first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
 */
import {
  backslashes,
  charactersOf,
  digits,
  endOfRun,
  isIn,
  nextOf,
  quotes,
  type CharacterSet,
} from './character-set.ts';
import { markOf, type Detector } from './detector.ts';

const kind = 'password';
const mark = markOf(kind);

/** Longer ones are tokens. */
const mostNameCharacters = 19;

const outside = [' ', '\t', '\n', '\r', '\v', '\f', '"', "'", '`', '<', '>', '\\'];
const afterUrl = charactersOf(...outside);
const afterAuthority = charactersOf(...outside, '/', '?', '#');
/** Behind a quote that closes something. */
const behindClosing = charactersOf(...outside, ',', ';', ':', ')', ']', '}');
const colon = charactersOf(':');
const atSign = charactersOf('@');

export const urlPassword: Detector = {
  kinds: [kind],
  fewestCharacters: '://:x@'.length,
  at: ':',
  where: String.raw`\/\/[^/]|\\{1,15}\/\\{1,15}\/[^\\]`,
  match(text, at) {
    const start = endOfSlashes(text, at + 1);
    if (start === at + 1) return at;
    const authorityEnd = endOf(afterAuthority, text, start);
    const nameEnd = nextOf(colon, text, start, authorityEnd);
    let end = lastOf(atSign, text, start, authorityEnd);
    let lookedAt = authorityEnd;
    if (end === -1 && nameEnd < authorityEnd && !isPort(text, nameEnd + 1, authorityEnd)) {
      // A password with a slash, a question mark or a hash that somebody forgot to escape.
      lookedAt = endOf(afterUrl, text, authorityEnd);
      end = lastOf(atSign, text, authorityEnd, lookedAt);
    }
    if (end === -1) return lookedAt;
    if (isMark(text, start, end) || isMark(text, nameEnd + 1, end)) return at;
    const hasLongName = Math.min(nameEnd, end) - start > mostNameCharacters;
    const secretStart = hasLongName ? start : nameEnd + 1;
    return secretStart < end ? { start: secretStart, end, replacement: mark } : at;
  },
};

/** Behind `//`, or as some write it in JSON, `\/\/`, and more so in JSON in JSON; `at` where there are none. */
function endOfSlashes(text: string, at: number): number {
  const first = endOfRun(backslashes, text, at);
  const second = endOfRun(backslashes, text, first + 1);
  return text.charAt(first) === '/' && text.charAt(second) === '/' ? second + 1 : at;
}

/** What is not ASCII may have its number there, and what is in a password nobody has escaped. */
function endOf(set: CharacterSet, text: string, start: number): number {
  let end = nextOf(set, text, start);
  for (;;) {
    const next = isIn(quotes, text, endOfRun(backslashes, text, end))
      ? behindQuote(text, end)
      : behindNumber(text, end);
    if (next === end) return end;
    end = nextOf(set, text, next);
  }
}

/** `at` where it closes what is around the URL. */
function behindQuote(text: string, at: number): number {
  const behind = endOfRun(backslashes, text, at) + 1;
  return behind === text.length || isIn(behindClosing, text, behind) ? at : behind;
}

function behindNumber(text: string, at: number): number {
  const letterAt = endOfRun(backslashes, text, at);
  return letterAt > at && 'ux'.includes(text.charAt(letterAt)) ? letterAt : at;
}

function isMark(text: string, start: number, end: number): boolean {
  return end - start === mark.length && text.startsWith(mark, start);
}

const hostsBehindPort = /^\d{1,5}(?:,[\w.-]{1,255}(?::\d{1,5})?){1,64}$/;

/** Also behind an address in brackets, and before the other hosts of a cluster. */
function isPort(text: string, start: number, end: number): boolean {
  return (
    endOfRun(digits, text, start) === end ||
    text.charAt(end - 1) === ']' ||
    text.startsWith(']:', lastOf(colon, text, start, end) - 1) ||
    hostsBehindPort.test(text.slice(start, end))
  );
}

function lastOf(set: CharacterSet, text: string, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) if (set[text.charCodeAt(at)] === 1) return at;
  return -1;
}
