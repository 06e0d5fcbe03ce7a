/**
 * From a separator that stands behind a name in a text: whether the name is a secret's, and from where to where its
 * value goes.
 */
import {
  backslashes,
  blanks,
  charactersOf,
  digits,
  endOfRun,
  isIn,
  letters,
  mostNameCharacters,
  nameCharacters,
  nextOf,
  quotes,
  startOfRun,
} from './character-set.ts';
import { remembered } from '../remembered.ts';
import type { SecretKeys } from '../secret-keys.ts';
import { behindColour, startOfColour } from './colours.ts';
import { markOf, type Found } from './detector.ts';
import { endOfLineEscape } from './escapes.ts';
import { valueExtent } from './value-extent/value-extent.ts';

export interface NamedValueOptions {
  /** Of the name that stands in the text from `start` to `end`, of no more than `mostNameCharacters`. */
  readonly aboutName: (text: string, start: number, end: number) => AboutName;
  /** Whether something already stands in a secret's place. */
  readonly isMark: (value: string) => boolean;
}

interface AboutName {
  readonly name: string;
  readonly isSecret: boolean;
  /** Whether it is secret where it is the name of a parameter of a URL. */
  readonly isSecretParameter: boolean;
  /** Whether its values are all of a line. */
  readonly isHeader: boolean;
  /** Whether its values are words, and where they are not in quotes, all of a line. */
  readonly isPhrase: boolean;
  /** Whether its values belong to the name that stands before it: `{"name":"cookie","value":"…"}`. */
  readonly isValue: boolean;
  /** Whether it may be the last of two words that are a name. */
  readonly isLastWord: boolean;
}

export interface Separator {
  readonly start: number;
  readonly end: number;
  readonly isColon: boolean;
}

/** All that is to be known of a name, asked once. To compare it with the last of its length is less than to cut it out. */
export function createAboutName({ isSecret, isSecretParameter }: SecretKeys): NamedValueOptions['aboutName'] {
  const lookUp = remembered((name): AboutName => ({
    name,
    isSecret: isSecret(name),
    isSecretParameter: isSecretParameter(name),
    isHeader: headers.test(name),
    isPhrase: phrases.test(name),
    isValue: values.test(name),
    isLastWord: lastWords.test(name),
  }));
  // No name has such characters.
  const lastOfLength = Array.from({ length: mostNameCharacters + 1 }, (_, length) => lookUp('\n'.repeat(length)));
  return (text, start, end) => {
    const last = lastOfLength[end - start]!;
    if (text.startsWith(last.name, start)) return last;
    return (lastOfLength[end - start] = lookUp(text.slice(start, end)));
  };
}

const headers = /(?:authorization|cookies?)[_-]?\d*$/i;
const phrases = /(?:phrase|mnemonic|answer|connection[_-]?string)[_-]?\d*$/i;
const lastWords = /^(?:answer|card|codes?|hash|id|keys?|number|phrase|string)\d*$/i;
const values = /^(?:old|new|parameter)?_?value$/i;

/** What may be between a name and its separator, besides an index: quotes and brackets. */
const around = charactersOf(' ', '\t', '"', "'", '`', '\\', ')', ']', '[');
/** Those of a quote in JSON in JSON, four times over, and some more. */
export const mostAroundName = 24;

/** `==`, `=>`. */
const arrow = charactersOf('=', '>');
/** `:=`, `::`. */
const colonEnds = charactersOf('=', ':');

/** `=`, `:`, and what else belongs to one. */
export function separatorAt(text: string, at: number): Separator {
  const isColon = text.charAt(at) === ':';
  const end = isColon ? at + 1 : endOfRun(arrow, text, at + 1);
  const isDouble = isColon && isIn(colonEnds, text, end);
  return { start: at, end: isDouble ? end + 1 : end, isColon };
}

/** The value, with what has to stand in its place; where there is none to be taken out, the end of the separator. */
export function secretBehind(options: NamedValueOptions, text: string, separator: Separator): Found | number {
  const nameEnd = endOfName(text, separator.start);
  const nameStart = behindColour(text, startOfRun(nameCharacters, text, nameEnd, mostNameCharacters));
  const isOfUrl = isParameter(text, nameStart);
  const about = options.aboutName(text, nameStart, nameEnd);
  const { isHeader, isPhrase } = about;
  const isSecret = isOfUrl
    ? about.isSecretParameter
    : about.isSecret ||
      isSecretBehindEscape(options, text, nameStart, nameEnd) ||
      (about.isLastWord && isSecretOfWords(options, text, nameStart, nameEnd)) ||
      (about.isValue && isBesideSecretName(options, text, nameStart));
  if (!isSecret) return separator.end;
  if (isHeader && isOutcome(text, separator.end)) return separator.end;
  const isLine = isHeader ? separator.isColon : !isOfUrl && isPhrase;
  const { start, end, isQuoted } = valueExtent(text, separator.end, isLine);
  const value = text.slice(start, end);
  if (value === '' || options.isMark(value)) return separator.end;
  if (isQuoted) return { start, end, replacement: markOf('') };
  if (isNoSecret(value) || (separator.isColon && !isLine && whose.test(value))) return separator.end;
  // What was no string becomes one, so that JSON stays JSON.
  const quote = quoteAt(text, nameEnd);
  return { start, end, replacement: quote + markOf('') + quote };
}

/** There is no value, or a statement has it elsewhere. */
const nothing: ReadonlySet<string> = new Set('null undefined None nil true false ? %s'.split(' '));
/** `Invalid password: user=bob ip=192.0.2.1` */
const whose = /^(?:ip|user|username)=[\w.@:-]{1,64}$/;
const parameter = /^\$\d{1,5}$/;
/** What has become of it, as people write it. */
const outcomes: ReadonlySet<string> = new Set(
  'denied expired failed granted invalid mismatch missing ok rejected required revoked valid wrong'.split(' '),
);
/** And what else has become of an authorization. */
const headerOutcomes: ReadonlySet<string> = new Set([
  ...outcomes,
  ...'accepted allowed disabled enabled forbidden none not skipped succeeded success successful unauthorized'.split(
    ' ',
  ),
]);

const mostNoSecretCharacters = Math.max(...[...nothing, ...outcomes].map(({ length }) => length));

function isNoSecret(value: string): boolean {
  if (value.length > mostNoSecretCharacters) return false;
  return nothing.has(value) || outcomes.has(value) || parameter.test(value);
}

/** What goes on behind an outcome, and no credentials: the end, a name, a word that says whose it was, or why. */
const behindOutcome =
  /[ \t]{0,8}(?:$|[^\w \t=]|[\w.-]{1,64}[=:]|(?:access|as|at|because|by|client|for|from|in|of|on|to|user|with|without)\b)/iy;

/** `authorization: Denied for user bob`; `cookie: ok=1` is a cookie of that name. */
function isOutcome(text: string, from: number): boolean {
  const start = endOfRun(blanks, text, from);
  const end = endOfRun(letters, text, start, start + mostNameCharacters);
  if (!headerOutcomes.has(text.slice(start, end).toLowerCase())) return false;
  behindOutcome.lastIndex = end;
  // Of several words: `not required`.
  return behindOutcome.test(text) || (text.charAt(end) === ' ' && isOutcome(text, end));
}

/** What looks like the beginning of the name may be the end of an escape: `\npin=…`, `%0Apin=…`. */
function isSecretBehindEscape(options: NamedValueOptions, text: string, nameStart: number, nameEnd: number): boolean {
  const start = endOfLineEscape(text, nameStart - 1);
  return start >= nameStart && options.aboutName(text, start, nameEnd).isSecret;
}

const nameBefore =
  /(?:name|key|header|path|param|property|field)["'\\]{0,16} ?[:=] ?["'\\]{1,16}([\w.-]{1,64})["'\\]{1,16},?\s{0,16}["'\\]{0,16}$/i;
const mostNameBeforeCharacters = 128;

/** Of the word `value`, in quotes or not: `"name": "cookie", "value": …`, `name="cookie" value=…`. */
function isBesideSecretName(options: NamedValueOptions, text: string, start: number): boolean {
  const name = nameBefore.exec(text.slice(Math.max(0, start - mostNameBeforeCharacters), start))?.[1];
  return name !== undefined && options.aboutName(name, 0, name.length).isSecret;
}

/** `API key: …`, of two words; but `type=auth code=…` are two names. */
function isSecretOfWords(options: NamedValueOptions, text: string, nameStart: number, nameEnd: number): boolean {
  if (text.charAt(nameStart - 1) !== ' ') return false;
  const limit = Math.max(0, nameEnd - mostNameCharacters);
  const start = startOfRun(nameCharacters, text, nameStart - 1, nameStart - 1 - limit);
  const isName = start < nameStart - 1 && !isIn(arrow, text, start - 1) && text.charAt(start - 1) !== ':';
  return isName && options.aboutName(text, start, nameEnd).isSecret;
}

function endOfName(text: string, separatorStart: number): number {
  const colourEnd = startOfRun(around, text, separatorStart, mostAroundName);
  const colourStart = startOfColour(text, colourEnd);
  const end = colourStart === colourEnd ? colourEnd : startOfRun(around, text, colourStart, mostAroundName);
  const index = text.charAt(end) === ']' ? startOfRun(digits, text, end, mostAroundName) : end;
  return index < end && text.charAt(index - 1) === '[' ? index - 1 : end;
}

const formStops = charactersOf('&', ' ', '\t', '\n', '\r', '"', "'", '<', '>');

function isParameter(text: string, nameStart: number): boolean {
  const before = text.charAt(nameStart - 1);
  if (nameStart === 0) return isForm(text);
  return before === '?' || before === '&' || before === '#';
}

/** `code=…&state=…`, with nothing before it. */
function isForm(text: string): boolean {
  const nameEnd = endOfRun(nameCharacters, text, 0, mostNameCharacters);
  return text.charAt(nameEnd) === '=' && text.charAt(nextOf(formStops, text, nameEnd)) === '&';
}

/** With its backslashes; empty where there is none. */
function quoteAt(text: string, start: number): string {
  const at = endOfRun(backslashes, text, start);
  return isIn(quotes, text, at) ? text.slice(start, at + 1) : '';
}
