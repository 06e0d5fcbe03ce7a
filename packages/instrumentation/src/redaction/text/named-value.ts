/**
 * Values that stand in a text behind the name of a secret: `password=…`, `"password": "…"` and the same in JSON
 * within JSON, `[pin] => …`, `<password>…`, `--api-key …`, and as parameters of a URL some more: `?code=…`.
 */
import {
  charactersOf,
  endOfRun,
  isIn,
  mostNameCharacters,
  nameCharacters,
  nextOf,
  startOfRun,
} from './character-set.ts';
import { markOf, type Detector, type Found } from './detector.ts';
import { isBehindLineEscape } from './escapes.ts';
import { mostAroundName, secretBehind, separatorAt, type NamedValueOptions } from './secret-behind-name.ts';

export interface NamedValueDetectorOptions extends NamedValueOptions {
  readonly fewestNameCharacters: number;
  /** A pattern of how secret names end. */
  readonly nameEndings: string;
}

/** What may be between the letters of a name and its separator: a number, an index, quotes and their escapes. */
const behindLetters = String.raw`[ \t"'\`\\)\][\d_-]{0,${mostAroundName}}`;

export function namedValue(options: NamedValueDetectorOptions): Detector {
  return {
    kinds: [''],
    fewestCharacters: options.fewestNameCharacters + '=x'.length,
    at: '=:>',
    // The first assertion refuses most of the colons in times and traces.
    where: `(?<=[A-Za-z]${behindLetters}[=:>])(?<=${options.nameEndings}${behindLetters}[=:>])`,
    match(text, at) {
      const character = text.charAt(at);
      if (character === '>') return taggedValue(options, text, at);
      const isOther = character === ':' && (text.startsWith(':', at + 1) || text.startsWith('//', at + 1));
      return isOther ? at : secretBehind(options, text, separatorAt(text, at));
    },
  };
}

const tagCharacters = charactersOf('az', 'AZ', '09', '_', '-', '.', ':');
const tagStart = charactersOf('<');

/** `<password>…`, with a prefix or without. */
function taggedValue(options: NamedValueOptions, text: string, at: number): Found | number {
  const nameStart = startOfRun(tagCharacters, text, at, mostNameCharacters);
  if (text.charAt(nameStart - 1) !== '<' || !options.aboutName(text, nameStart, at).isSecret) return at;
  const end = nextOf(tagStart, text, at + 1);
  const value = text.slice(at + 1, end);
  return value === '' || options.isMark(value) ? end : { start: at + 1, end, replacement: markOf('') };
}

/** A plus sign in forms. */
const flagSeparators = charactersOf(' ', '+');

/** `--password …`, of a command line. */
export function flagValue(options: NamedValueDetectorOptions): Detector {
  return {
    kinds: [''],
    fewestCharacters: options.fewestNameCharacters + '-- x'.length,
    at: '-',
    where: '-[A-Za-z0-9]',
    match(text, at) {
      if (text.charAt(at + 1) !== '-') return at;
      if (isIn(nameCharacters, text, at - 1) && !isBehindLineEscape(text, at)) return at;
      const nameEnd = endOfRun(nameCharacters, text, at + 2, at + 2 + mostNameCharacters);
      if (!isIn(flagSeparators, text, nameEnd) || text.charAt(nameEnd + 1) === '-') return at;
      return secretBehind(options, text, { start: nameEnd, end: nameEnd + 1, isColon: false });
    },
  };
}
