/**
 * A text as it reads once its escapes are resolved: those of URLs (`%22`), and those of strings (`\u0022`, `\x22`). What
 * was encoded as a whole, JSON as the parameter of a URL or a URL inside another, shows only so what its names are and
 * where its values end.
 *
 * A reading serves to find secrets, and is never shown: for each of its characters it can be told where that is
 * written, so that a secret is taken out there, and all else stays escaped as it was.
 *
 * One layer is resolved at a time, in one pass; what is no escape stays. So do escapes of what is not ASCII: it is in
 * no name, and ends no value.
 */
import { backslashes, charactersOf, endOfRun, isIn, nextOf, type CharacterSet } from './character-set.ts';
import type { Place } from './detector.ts';

/**
 * For the search of a text: a backslash that may begin an escape, and of a percent sign, the digit behind it. These digits
 * are looked for anyway, and there is room for one character more: V8 finds the next of up to 16 characters twice as fast
 * as that of 17. Nobody escapes only control characters, or only what is behind `o` in ASCII, but to hide what is his own.
 */
export const escapePlaces: readonly Place[] = [
  { at: '2-6', where: '(?<=%.)' },
  { at: String.raw`\\`, where: 'u00|x' },
];

/** Without its outermost layer of escapes; the same text where it has none. */
export function resolved(text: string): string {
  const notation = notationOf(text);
  let reading = '';
  let copied = 0;
  for (let escape = escapeFrom(text, 0, notation); escape; escape = escapeFrom(text, copied, notation)) {
    reading += text.slice(copied, escape.start) + escape.stands;
    copied = escape.end;
  }
  return copied === 0 ? text : reading + text.slice(copied);
}

/** Where in the text each character begins that it has once resolved, and last of all, where the text ends. */
export function writtenAt(text: string): Int32Array {
  const notation = notationOf(text);
  const places = new Int32Array(text.length + 1);
  let length = 0;
  let written = 0;
  for (let escape = escapeFrom(text, 0, notation); escape; escape = escapeFrom(text, written, notation)) {
    while (written < escape.start) places[length++] = written++;
    for (let count = escape.stands.length; count > 0; count--) places[length++] = written;
    written = escape.end;
  }
  while (written <= text.length) places[length++] = written++;
  return places;
}

interface Escape {
  readonly start: number;
  readonly end: number;
  /** What it stands for. */
  readonly stands: string;
}

interface Notation {
  readonly beginnings: CharacterSet;
  /** Of the escape that begins there. */
  readonly escapeAt: (text: string, start: number) => Escape | undefined;
}

/** Where a text has escapes of strings, it is these that are outside: a URL has no backslash. */
function notationOf(text: string): Notation {
  if (text.indexOf('\\', 0) !== -1 && escapeFrom(text, 0, ofStrings) !== undefined) return ofStrings;
  return text.indexOf('%20', 0) === -1 ? ofForms : ofUrls;
}

function escapeFrom(text: string, from: number, { beginnings, escapeAt }: Notation): Escape | undefined {
  for (let start = nextOf(beginnings, text, from); start < text.length; start = nextOf(beginnings, text, start + 1)) {
    const escape = escapeAt(text, start);
    if (escape !== undefined) return escape;
  }
  return undefined;
}

const ofUrls: Notation = {
  beginnings: charactersOf('%'),
  escapeAt(text, start) {
    const stands = characterAt(text, start + 1);
    return stands === undefined ? undefined : { start, end: start + 3, stands };
  },
};

/** The same with plus signs for spaces, and no `%20`. */
const ofForms: Notation = {
  beginnings: charactersOf('%', '+'),
  escapeAt: (text, start) =>
    text.charAt(start) === '+' ? { start, end: start + 1, stands: ' ' } : ofUrls.escapeAt(text, start),
};

/** In JSON in JSON, four times over, a character's number has so many backslashes before it. */
const mostBackslashes = 15;
/** A quote whose number stands in a string ends no string: `\u0022` is `\"`. */
const staysEscaped = charactersOf('"', '\\');

const ofStrings: Notation = {
  beginnings: backslashes,
  escapeAt(text, start) {
    const letterAt = endOfRun(backslashes, text, start, start + mostBackslashes);
    const numberAt = text.charAt(letterAt) === 'x' ? letterAt + 1 : letterAt + 3;
    if (numberAt === letterAt + 3 && !text.startsWith('u00', letterAt)) return undefined;
    const character = characterAt(text, numberAt);
    if (character === undefined) return undefined;
    const before = isIn(staysEscaped, character, 0) ? text.slice(start, letterAt) : '';
    return { start, end: numberAt + 2, stands: before + character };
  },
};

const octalDigits = charactersOf('07');
const hexDigits = charactersOf('09', 'af', 'AF');

/** What has this number in ASCII, of two digits. */
function characterAt(text: string, at: number): string | undefined {
  if (!isIn(octalDigits, text, at) || !isIn(hexDigits, text, at + 1)) return undefined;
  return String.fromCharCode(Number.parseInt(text.slice(at, at + 2), 16));
}

const lineEscape = /^(?:\\(?:[nrt]|(?:x|u00)0[9aAdD])|%0[9aAdD])/;
const lineEscapeAtEnd = new RegExp(`(?:${lineEscape.source.slice(1)})$`);
const mostLineEscapeCharacters = 6;

/** Behind the escape of a line's end or a tab that begins there; `at` where there is none. */
export function endOfLineEscape(text: string, at: number): number {
  return at + (lineEscape.exec(text.slice(Math.max(0, at), at + mostLineEscapeCharacters))?.[0].length ?? 0);
}

/** Whether such an escape ends there: what follows begins a word. */
export function isBehindLineEscape(text: string, at: number): boolean {
  return lineEscapeAtEnd.test(text.slice(Math.max(0, at - mostLineEscapeCharacters), at));
}
