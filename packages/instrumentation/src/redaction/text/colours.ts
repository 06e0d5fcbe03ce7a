/**
 * Colours of a terminal in a text: `ESC [ 36 m`, with which many loggers write names and values.
 *
 * @see https://ecma-international.org/publications-and-standards/standards/ecma-48/ (8.3.117, SGR)
 */
import { charactersOf, endOfRun, startOfRun } from './character-set.ts';

const escapeCharacter = '\x1b';
const parameters = charactersOf('09', ';');
const mostParameterCharacters = 16;

/** Behind the colours that begin at `start`; `start` where there are none. */
export function endOfColours(text: string, start: number): number {
  for (let end = start; ;) {
    if (text.charAt(end) !== escapeCharacter || text.charAt(end + 1) !== '[') return end;
    const close = endOfRun(parameters, text, end + 2, end + 2 + mostParameterCharacters);
    if (text.charAt(close) !== 'm') return end;
    end = close + 1;
  }
}

/** Where the colour begins that ends before `end`; `end` where there is none. */
export function startOfColour(text: string, end: number): number {
  if (text.charAt(end - 1) !== 'm') return end;
  const start = startOfRun(parameters, text, end - 1, mostParameterCharacters) - 2;
  return isColour(text, start) ? start : end;
}

/** Of a name that begins, as it seems, with what is the end of a colour: `31mpassword`. */
export function behindColour(text: string, nameStart: number): number {
  if (text.charAt(nameStart - 1) !== '[' && text.charAt(nameStart - 1) !== ';') return nameStart;
  const close = endOfRun(parameters, text, nameStart, nameStart + mostParameterCharacters);
  return text.charAt(close) === 'm' && startOfColour(text, close + 1) <= close ? close + 1 : nameStart;
}

/** Whether a bracket belongs to a colour. */
export function isOfColour(text: string, bracketAt: number): boolean {
  return isColour(text, bracketAt - 1);
}

function isColour(text: string, at: number): boolean {
  return text.charAt(at) === escapeCharacter && text.charAt(at + 1) === '[';
}
