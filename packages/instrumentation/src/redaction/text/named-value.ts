/**
 * Values that stand in a text behind the name of a secret: `password=…`, `"password": "…"` and the same in JSON
 * within JSON, `[pin] => …`, `<password>…`, `--api-key …`, and as parameters of a URL some more: `?code=…`.
 */
import { charactersOf, endOfRun, isIn, mostNameCharacters, nameCharacters, nextOf } from './character-set.ts';
import { markOf, type Detector } from './detector.ts';
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
    at: '=:',
    where: behindName(options, '[=:]'),
    match(text, at) {
      return isOther(text, at) ? at : secretBehind(options, text, separatorAt(text, at));
    },
  };
}

const otherColons = ['://', '::'];

/**
 * `Session::create`, `secret://vault`; but `userPassword:: …`, which is LDIF (RFC 2849), is a separator. What stands between
 * parentheses belongs to lists (see `database-detail.ts`).
 */
function isOther(text: string, at: number): boolean {
  if (text.charAt(at) === '=') return text.charAt(at + 1) === '(' && text.charAt(at - 1) === ')';
  return otherColons.some((colons) => text.startsWith(colons, at)) && !text.startsWith(':: ', at);
}

/** The first assertion refuses most of the colons in times and traces. What ends a colour may stand behind a name: `[39m`. */
function behindName({ nameEndings }: NamedValueDetectorOptions, separator: string): string {
  return `(?<=[A-Za-z]${behindLetters}${separator})(?<=(?:${nameEndings}|\\dm)${behindLetters}${separator})`;
}

const tagCharacters = charactersOf('az', 'AZ', '09', '_', '-', '.', ':');
const tagBrackets = charactersOf('<', '>');
const tagStart = charactersOf('<');
const afterTagName = charactersOf(' ', '\t', '\n', '\r', '>');
/** Longer tags are not looked at. */
const mostTagCharacters = 512;
const literal = { start: '<![CDATA[', end: ']]>' };

/** `<password>…` and `<password lang="en">…`, with a prefix or without. */
export function taggedValue(options: NamedValueDetectorOptions): Detector {
  return {
    kinds: [''],
    fewestCharacters: options.fewestNameCharacters + '<>x'.length,
    at: '>',
    // Or behind the last of the attributes.
    where: `${behindName(options, '>')}|(?<=(?:["']|=[\\w.:-]{1,16})>)`,
    match(text, at) {
      const nameStart = startOfTag(text, at) + 1;
      const nameEnd = endOfRun(tagCharacters, text, nameStart, nameStart + mostNameCharacters);
      if (!isIn(afterTagName, text, nameEnd) || !options.aboutName(text, nameStart, nameEnd).isSecret) return at;
      const isLiteral = text.startsWith(literal.start, at + 1);
      const start = isLiteral ? at + 1 + literal.start.length : at + 1;
      const end = isLiteral ? endOfLiteral(text, start) : nextOf(tagStart, text, start);
      const value = text.slice(start, end);
      return value === '' || options.isMark(value) ? end : { start, end, replacement: markOf('') };
    },
  };
}

/** Of the bracket that `>` closes; where there is none, right before it, so that no name begins there. */
function startOfTag(text: string, at: number): number {
  const limit = Math.max(0, at - mostTagCharacters);
  let start = at - 1;
  while (start > limit && !isIn(tagBrackets, text, start)) start--;
  return text.charAt(start) === '<' ? start : at - 1;
}

function endOfLiteral(text: string, start: number): number {
  const end = text.indexOf(literal.end, start);
  return end === -1 ? text.length : end;
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
