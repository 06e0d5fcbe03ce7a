/**
 * What PostgreSQL tells of rows, values included, where they break a constraint: `Key (tenant_id, api_key)=(3, …) already
 * exists.`, in any language, and `Failing row contains (3, …).`, which does not say what the columns are called.
 *
 * @see https://www.postgresql.org/docs/18/error-message-reporting.html
 */
import { charactersOf, endOfRun, isIn, nextOf } from './character-set.ts';
import { markOf, type Detector, type Found } from './detector.ts';
import type { NamedValueOptions } from './secret-behind-name.ts';

/** Longer lists are not looked at. */
const mostColumnCharacters = 128;
const column = /\w{1,63}/g;

/** Of `detail`, in quotes or not. */
const endsOfDetail = charactersOf('l', 'L', '"', "'");
const stops = charactersOf(')', '\n');
const behindKey = /\)(?: already exists| is | conflicts with |\.)/y;
const behindRow = /\)\.(?:[\s"'`\\]|$)/y;

export function keyDetail({ aboutName, isMark }: NamedValueOptions): Detector {
  return {
    kinds: [''],
    fewestCharacters: 'key (pin)=(x)'.length,
    at: '=',
    where: String.raw`\((?<=\)=.)`,
    match(text, at) {
      if (!text.startsWith(')=(', at - 1)) return at;
      const columns = text.slice(startOfColumns(text, at - 1), at - 1).split(', ');
      // Some are expressions: `lower((email)::text)`.
      const index = columns.findIndex((expression) =>
        expression.match(column)?.some((name) => aboutName(name, 0, name.length).isSecret),
      );
      if (index === -1) return at;
      const end = endOfValues(text, at + 2, behindKey);
      return withoutMark(text, { start: behindValues(text, at + 2, end, index), end, replacement: markOf('') }, isMark);
    },
  };
}

export function failingRow({ isMark }: NamedValueOptions): Detector {
  return {
    kinds: [''],
    fewestCharacters: 'detail:Failing row contains (x)'.length,
    at: ':',
    where: String.raw`(?<=(?:DETAIL|detail)\\{0,15}["']?:)`,
    match(text, at) {
      if (!isIn(endsOfDetail, text, at - 1)) return at;
      beforeRow.lastIndex = at + 1;
      if (!beforeRow.test(text)) return at;
      const start = beforeRow.lastIndex;
      const found = { start, end: endOfValues(text, start, behindRow), replacement: markOf('') };
      return withoutMark(text, found, isMark);
    },
  };
}

/** Coloured as well. */
const beforeRow = /[^A-Za-z\n]{0,24}m?[^A-Za-z\n]{0,8}Failing row contains \(/y;

/** Behind the parenthesis that is closed at `closingAt`; there, where it is not to be found. */
function startOfColumns(text: string, closingAt: number): number {
  const limit = Math.max(0, closingAt - mostColumnCharacters);
  let depth = 1;
  for (let at = closingAt - 1; at >= limit; at--) {
    const character = text.charAt(at);
    if (character === ')') depth++;
    else if (character === '(' && --depth === 0) return at + 1;
  }
  return closingAt;
}

function withoutMark(text: string, found: Found, isMark: (value: string) => boolean): Found | number {
  const value = text.slice(found.start, found.end);
  return value === '' || isMark(value) ? found.end : found;
}

/** Values have parentheses of their own. Where it is said in other words, up to the last in the line, if it has one. */
function endOfValues(text: string, start: number, behind: RegExp): number {
  let last: number | undefined;
  let at = nextOf(stops, text, start);
  for (; text.charAt(at) === ')'; at = nextOf(stops, text, at + 1)) {
    behind.lastIndex = at;
    if (behind.test(text)) return at;
    last = at;
  }
  return last ?? at;
}

const commas = charactersOf(',');
const blanks = charactersOf(' ');

/** Behind so many of them, or fewer, as there may be commas in one. */
function behindValues(text: string, start: number, end: number, count: number): number {
  let at = start;
  for (let passed = 0; passed < count; passed++) at = endOfRun(blanks, text, nextOf(commas, text, at, end) + 1, end);
  return Math.min(at, end);
}
