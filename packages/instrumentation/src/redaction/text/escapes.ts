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
import { charactersOf, endOfRun, isIn, nextOf } from './character-set.ts';

/**
 * For the search of a text, which finds an escape at the first digit of its number: control characters alone hide
 * nothing. These digits are looked for anyway; each character more that is looked for costs all texts time.
 */
export const escapePlace: { readonly at: string; readonly where: string } = {
  at: '2-7',
  where: String.raw`[0-9A-Fa-f](?<=(?:%|\\(?:x|u00))..)`,
};

/** Without its outermost layer of escapes; the same text where it has none. */
export function resolved(text: string): string {
  let reading = '';
  let copied = 0;
  for (let escape = escapeFrom(text, 0); escape !== undefined; escape = escapeFrom(text, copied)) {
    reading += text.slice(copied, escape.start) + escape.stands;
    copied = escape.end;
  }
  return copied === 0 ? text : reading + text.slice(copied);
}

/** Where in the text each character begins that it has once resolved, and last of all, where the text ends. */
export function writtenAt(text: string): Int32Array {
  const places = new Int32Array(text.length + 1);
  let length = 0;
  let written = 0;
  for (let escape = escapeFrom(text, 0); escape !== undefined; escape = escapeFrom(text, written)) {
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

const beginnings = charactersOf('%', '\\');
const backslashes = charactersOf('\\');
/** A quote whose number stands in a string ends no string: `\u0022` is `\"`. */
const staysEscaped = charactersOf('"', '\\');

function escapeFrom(text: string, from: number): Escape | undefined {
  for (let start = nextOf(beginnings, text, from); start < text.length; start = nextOf(beginnings, text, start + 1)) {
    const backslashesEnd = endOfRun(backslashes, text, start);
    const numberAt = backslashesEnd === start ? start + 1 : behindLetter(text, backslashesEnd);
    const code = numberIn(text, numberAt);
    if (code !== undefined) {
      const character = String.fromCharCode(code);
      // Forms have a plus sign for a space. Behind a colon it is one; elsewhere it may be part of a token.
      if (character === ':' && text.charAt(numberAt + 2) === '+') return { start, end: numberAt + 3, stands: ': ' };
      const before = isIn(staysEscaped, character, 0) ? text.slice(start, backslashesEnd) : '';
      return { start, end: numberAt + 2, stands: before + character };
    }
    start = Math.max(start, backslashesEnd - 1);
  }
  return undefined;
}

/** Of `u00` or `x`; the end of the text where there is neither. */
function behindLetter(text: string, at: number): number {
  if (text.charAt(at) === 'x') return at + 1;
  return text.startsWith('u00', at) ? at + 3 : text.length;
}

const octalDigits = charactersOf('07');
const hexDigits = charactersOf('09', 'af', 'AF');

/** Two digits, of a character of ASCII. */
function numberIn(text: string, at: number): number | undefined {
  if (!isIn(octalDigits, text, at) || !isIn(hexDigits, text, at + 1)) return undefined;
  return Number.parseInt(text.slice(at, at + 2), 16);
}
