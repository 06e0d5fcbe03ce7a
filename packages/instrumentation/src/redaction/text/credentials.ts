/**
 * Credentials behind the name of their scheme, as they stand in an `Authorization` header. The words are English as
 * well, so what follows has to look like credentials: not like a word for Bearer, and like a user and a password for
 * Basic.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
import { backslashes, blanks, charactersOf, endOfRun, isIn, letters } from './character-set.ts';
import { markOf, type Detector, type Found } from './detector.ts';
import { isBehindLineEscape } from './escapes.ts';

const kind = 'credentials';
/** Those of https://www.rfc-editor.org/rfc/rfc9110#section-11.2, and the sign of escapes in URLs. */
const tokenCharacters = charactersOf('az', 'AZ', '09', '-', '.', '_', '~', '+', '/', '=', '%');
export const bearerToken: Detector = {
  kinds: [kind],
  fewestCharacters: 'bearer x'.length,
  at: 'bB',
  where: String.raw`[eE][aA][rR][eE][rR][ \t+]`,
  match(text, at) {
    const start = tokenStart(text, at, 'bearer');
    if (start === at || isParameter(text, start)) return at;
    const end = tokenEnd(text, start);
    return isBearerToken(text, start, end) ? { start, end, replacement: markOf(kind) } : at;
  },
};

export const basicCredentials: Detector = {
  kinds: [kind],
  fewestCharacters: 'basic x'.length,
  at: 'bB',
  where: String.raw`[aA][sS][iI][cC][ \t+]`,
  match(text, at): Found | number {
    const start = tokenStart(text, at, 'basic');
    if (start === at) return at;
    const end = tokenEnd(text, start);
    return isUserAndPassword(text.slice(start, end)) ? { start, end, replacement: markOf(kind) } : end;
  },
};

/** Behind the scheme and what separates it from its credentials; `at` where it is not the scheme. */
function tokenStart(text: string, at: number, scheme: string): number {
  const schemeEnd = at + scheme.length;
  if (!isWord(text, at, scheme)) return at;
  if (isIn(letters, text, at - 1) && !isBehindLineEscape(text, at)) return at;
  const start = text.charAt(schemeEnd) === '+' ? schemeEnd + 1 : endOfRun(blanks, text, schemeEnd);
  return start === schemeEnd ? at : start;
}

/** With the slashes that some escape in JSON. */
function tokenEnd(text: string, start: number): number {
  for (let end = start; ;) {
    end = endOfRun(tokenCharacters, text, end);
    const slash = endOfRun(backslashes, text, end);
    if (slash === end || text.charAt(slash) !== '/') return end;
    end = slash;
  }
}

/** In any case: capitals and small letters differ in one bit. */
function isWord(text: string, at: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    if ((text.charCodeAt(at + index) | 0x20) !== word.charCodeAt(index)) return false;
  }
  return true;
}

const parameterName = charactersOf('az', '_');
/** Of a challenge, which is no secret. */
const challenge: ReadonlySet<string> = new Set(
  'authorization_uri charset client_id error error_description error_uri realm resource_metadata scope'.split(' '),
);

/** `Bearer realm="…"`; `token_type=bearer grant_type=password`. */
function isParameter(text: string, start: number): boolean {
  const nameEnd = endOfRun(parameterName, text, start);
  if (text.charAt(nameEnd) !== '=') return false;
  return challenge.has(text.slice(start, nameEnd)) || isIn(letters, text, nameEnd + 1);
}

const fewestCharacters = 4;
const fewestLetters = 8;
/** Words of so many letters that are written behind it. */
const prose: ReadonlySet<string> = new Set(
  'authentication authorisation authorization credential credentials required'.split(' '),
);

function isBearerToken(text: string, start: number, end: number): boolean {
  if (end - start < fewestCharacters) return false;
  const wordEnd = endOfRun(letters, text, start, end);
  // One character more may end a sentence.
  if (wordEnd < end - 1) return true;
  const word = text.slice(start, wordEnd);
  return isMixed(word) || (word.length >= fewestLetters && !prose.has(word.toLowerCase()));
}

/** Capitals behind the first letter, and not only capitals. */
function isMixed(word: string): boolean {
  return /[A-Z]/.test(word.slice(1)) && /[a-z]/.test(word);
}

function isUserAndPassword(token: string): boolean {
  return Buffer.from(token.replaceAll('\\', ''), 'base64').includes(':');
}
