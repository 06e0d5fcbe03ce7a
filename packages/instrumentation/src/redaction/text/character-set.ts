/** Sets of ASCII characters, and runs of them in a text. */

/**
 * 1 at the code of each character in the set; no index holds for what is not ASCII. `NaN`, the code behind the end of
 * a text, is not looked up: V8 takes it for the name of a property, and leaves optimised code to find none.
 */
export type CharacterSet = Uint8Array;

/** Of single characters and ranges: `charactersOf('az', 'AZ', '_')`. */
export function charactersOf(...ranges: readonly string[]): CharacterSet {
  const set = new Uint8Array(128);
  for (const range of ranges) set.fill(1, range.charCodeAt(0), range.charCodeAt(range.length - 1) + 1);
  return set;
}

export const digits: CharacterSet = charactersOf('09');
export const letters: CharacterSet = charactersOf('az', 'AZ');
export const alphanumerics: CharacterSet = charactersOf('az', 'AZ', '09');
/** https://www.rfc-editor.org/rfc/rfc4648#section-5 */
export const base64Url: CharacterSet = charactersOf('az', 'AZ', '09', '-', '_');
/** Of a key's name. */
export const nameCharacters: CharacterSet = charactersOf('az', 'AZ', '09', '_', '-', '.');
/** Of longer names the end is looked at. */
export const mostNameCharacters = 64;
export const blanks: CharacterSet = charactersOf(' ', '\t');
export const backslashes: CharacterSet = charactersOf('\\');
export const quotes: CharacterSet = charactersOf('"', "'", '`');

export function isIn(set: CharacterSet, text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < set.length && set[code] === 1;
}

/** Behind the characters of the set that begin at `start`. */
export function endOfRun(set: CharacterSet, text: string, start: number, limit: number = text.length): number {
  const last = Math.min(limit, text.length);
  let end = start;
  while (end < last && set[text.charCodeAt(end)] === 1) end++;
  return end;
}

/** The next character of the set, which may be the end. Characters that are not ASCII are in none. */
export function nextOf(set: CharacterSet, text: string, start: number, limit: number = text.length): number {
  let at = Math.min(start, limit);
  while (at < limit && set[text.charCodeAt(at)] !== 1) at++;
  return at;
}

/** Where the characters of the set begin that end before `end`; looks back over `most` characters. */
export function startOfRun(set: CharacterSet, text: string, end: number, most: number): number {
  const limit = Math.max(0, end - most);
  let start = end;
  while (start > limit && set[text.charCodeAt(start - 1)] === 1) start--;
  return start;
}
