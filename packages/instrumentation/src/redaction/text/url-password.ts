/**
 * Passwords in URLs, `scheme://user:password@host`, and user information that is too long to be a user's name. Names
 * stay: whose credentials were used is what an investigation asks first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1
 */
import { charactersOf, digits, endOfRun, nextOf, type CharacterSet } from './character-set.ts';
import { markOf, type Detector } from './detector.ts';

const kind = 'password';

/** Longer ones are tokens. */
const mostNameCharacters = 19;

const outside = [' ', '\t', '\n', '\r', '\v', '\f', '"', "'", '`', '<', '>', '\\'];
const afterUrl = charactersOf(...outside);
const afterAuthority = charactersOf(...outside, '/', '?', '#');
const colon = charactersOf(':');
const atSign = charactersOf('@');

export const urlPassword: Detector = {
  kinds: [kind],
  fewestCharacters: '://:x@'.length,
  at: ':',
  where: String.raw`\/\/[^/]|\\\/\\\/[^\\]`,
  match(text, at) {
    const start = endOfSlashes(text, at + 1);
    if (start === at + 1) return at;
    const authorityEnd = nextOf(afterAuthority, text, start);
    const nameEnd = nextOf(colon, text, start, authorityEnd);
    let end = lastOf(atSign, text, start, authorityEnd);
    let lookedAt = authorityEnd;
    if (end === -1 && nameEnd < authorityEnd && !isPort(text, nameEnd + 1, authorityEnd)) {
      // A password with a slash, a question mark or a hash that somebody forgot to escape.
      lookedAt = nextOf(afterUrl, text, authorityEnd);
      end = lastOf(atSign, text, authorityEnd, lookedAt);
    }
    if (end === -1) return lookedAt;
    const hasLongName = Math.min(nameEnd, end) - start > mostNameCharacters;
    const secretStart = hasLongName ? start : nameEnd + 1;
    return secretStart < end ? { start: secretStart, end, replacement: markOf(kind) } : at;
  },
};

/** As some write it in JSON. */
const escapedSlashes = String.raw`\/\/`;

/** Behind `//`; `at` where there are none. */
function endOfSlashes(text: string, at: number): number {
  if (text.startsWith('//', at)) return at + 2;
  return text.startsWith(escapedSlashes, at) ? at + escapedSlashes.length : at;
}

/** Also behind an address in brackets. */
function isPort(text: string, start: number, end: number): boolean {
  return (
    endOfRun(digits, text, start) === end ||
    text.charAt(end - 1) === ']' ||
    text.startsWith(']:', lastOf(colon, text, start, end) - 1)
  );
}

function lastOf(set: CharacterSet, text: string, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) if (set[text.charCodeAt(at)] === 1) return at;
  return -1;
}
