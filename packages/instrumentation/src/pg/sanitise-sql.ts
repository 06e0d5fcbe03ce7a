/**
 * SQL without its values: every literal is `?`, comments are gone (people write ticket numbers and worse into them),
 * white space is one space, so that what is left names tables and columns and nobody's data.
 *
 * Follows the lexical rules of PostgreSQL 18: '…' with doubled quotes, E'…' with backslashes, U&'…', B'…', X'…', N'…',
 * strings continued on the next line, $tag$…$tag$, numbers in all notations; nested comments; "identifiers", $1 and
 * operators stay. Keywords are hardly looked at, so unknown or broken SQL is no special case, and passwords in CREATE
 * ROLE are literals like others. Sanitised text comes out as it went in.
 *
 * One pass, linear in the text. Only the first 10,000 characters are looked at. A literal, comment or quoted identifier
 * that has no end within them is dropped whole.
 *
 * Limits: TRUE, FALSE, NULL and the sign of a number stay. A value that was never quoted (`SET app.tenant = acme`) or is
 * in double quotes is a name, to PostgreSQL as to us.
 *
 * @see https://www.postgresql.org/docs/18/sql-syntax-lexical.html
 * @see docs/decisions/0002-own-sql-lexer.md
 */
import { collapseLists } from './collapse-lists.ts';

/** Longer than statements that people write; the rest is generated lists, which say little. */
export const maxSqlCharacters = 10_000;

export function sanitiseSql(sql: string): string {
  const earlierMark = cutMark.exec(sql.slice(-maxMarkCharacters))?.[0] ?? '';
  const whole = sql.slice(0, sql.length - earlierMark.length);
  if (whole.length <= maxSqlCharacters) return withoutValues(whole) + earlierMark;
  return `${withoutValues(whole.slice(0, maxSqlCharacters).toWellFormed())} ...[cut, ${sql.length} characters]`;
}

const cutMark = / \.\.\.\[cut, \d+ characters\]$/;
const maxMarkCharacters = 40;

function withoutValues(sql: string): string {
  const shown: string[] = [];
  let position = 0;
  while (position < sql.length) {
    const token = nextToken(sql, position);
    if (token.text !== ' ' || shown.at(-1) !== ' ') shown.push(token.text);
    position = token.end;
  }
  return collapseLists(withoutCopyData(shown.join('').replace(/^ | $/g, '')));
}

interface Token {
  /** What stands for it in the result. */
  readonly text: string;
  readonly end: number;
}

/**
 * Sticky, and never tried twice on the same text: each can read it in one way only, or asks for nothing behind what it
 * repeats. So the time is linear.
 */
const patterns = {
  /** White space and comments up to the end of a line: what may lie between the parts of a continued string. */
  gap: /(?:[ \t\n\r\f\v]|--[^\n\r]*)+/y,
  word: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y,
  /** With the letters glued to it, which PostgreSQL refuses; they are never worth showing. */
  number:
    /(?:0[xX][\dA-Fa-f_]*|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)(?:[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)?/y,
  rangeDots: /\.\./y,
  parameter: /\$\d+/y,
  dollarTag: /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y,
  quotedIdentifier: /"(?:[^"]|"")*"(?!")/y,
  /** The one plain string with a backslash before its closing quote that is common: `LIKE $1 ESCAPE '\'`. */
  escapeCharacter: /[ \t\n\r\f\v]*'\\'(?!')/y,
  commentDelimiter: /\/\*|\*\//g,
} as const;

/** What is behind the opening quote. The plain kind refuses a backslash before a quote. */
const strings = {
  plain: /(?:[^'\\]|\\[^']|'')*'(?!')/y,
  escape: /(?:[^'\\]|\\[^]|'')*'(?!')/y,
  bit: /[^']*'/y,
} as const;

/** The kind that a letter before the opening quote makes. */
const stringAfter = new Map([
  ['e', strings.escape],
  ['n', strings.plain],
  ['b', strings.bit],
  ['x', strings.bit],
]);

function nextToken(sql: string, start: number): Token {
  const afterWord = endOf(patterns.word, sql, start);
  if (afterWord > start) return wordOrPrefixedString(sql, start, afterWord);
  const afterGap = endOf(patterns.gap, sql, start);
  if (afterGap > start) return { text: ' ', end: afterGap };
  const afterDots = endOf(patterns.rangeDots, sql, start);
  if (afterDots > start) return kept(sql, start, afterDots);
  const afterNumber = endOf(patterns.number, sql, start);
  if (afterNumber > start) return { text: '?', end: afterNumber };
  if (sql.startsWith('/*', start)) return { text: ' ', end: endOfBlockComment(sql, start) };
  if (sql[start] === "'") return { text: '?', end: endOfString(sql, start, strings.plain) };
  if (sql[start] === '"') return quotedIdentifier(sql, start);
  if (sql[start] === '$') return dollar(sql, start);
  return kept(sql, start, start + 1);
}

function kept(sql: string, start: number, end: number): Token {
  return { text: sql.slice(start, end), end };
}

function wordOrPrefixedString(sql: string, start: number, end: number): Token {
  const word = sql.slice(start, end);
  const string = sql[end] === "'" ? stringAfter.get(word.toLowerCase()) : undefined;
  if (string !== undefined) return { text: '?', end: endOfString(sql, end, string) };
  if (/^u$/i.test(word) && sql.startsWith("&'", end))
    return { text: '?', end: endOfString(sql, end + 1, strings.plain) };
  const afterEscape = /^u?escape$/i.test(word) ? endOf(patterns.escapeCharacter, sql, end) : end;
  if (afterEscape > end) return { text: sql[end] === "'" ? `${word}?` : `${word} ?`, end: afterEscape };
  return { text: word, end };
}

/**
 * From the opening quote behind the closing one, and behind those of its continuations on further lines.
 *
 * In a plain string a quote behind a backslash is taken neither for its end nor for a part of it, because that depends
 * on standard_conforming_strings, which is the server's (and on for good only since PostgreSQL 19): whichever is
 * guessed, the other shows what lies between strings for SQL. So all of the rest is dropped.
 */
function endOfString(sql: string, openingQuote: number, pattern: RegExp): number {
  let quote = openingQuote;
  for (;;) {
    const end = endOf(pattern, sql, quote + 1);
    if (end === quote + 1) return sql.length;
    const continuation = endOf(patterns.gap, sql, end);
    if (sql[continuation] !== "'" || !/[\n\r]/.test(sql.slice(end, continuation))) return end;
    quote = continuation;
  }
}

/** `$1` stays, `$tag$…$tag$` is a literal, any other `$` an operator. */
function dollar(sql: string, start: number): Token {
  const afterParameter = endOf(patterns.parameter, sql, start);
  if (afterParameter > start + 1 + maxParameterDigits) return { text: '?', end: afterParameter };
  if (afterParameter > start) return kept(sql, start, afterParameter);
  const afterTag = endOf(patterns.dollarTag, sql, start);
  if (afterTag === start) return kept(sql, start, start + 1);
  const tag = sql.slice(start, afterTag);
  const close = sql.indexOf(tag, afterTag);
  return { text: '?', end: close === -1 ? sql.length : close + tag.length };
}

/** The protocol counts parameters in 16 bits; what is longer came out of a template that wanted `${amount}`. */
const maxParameterDigits = 5;

function quotedIdentifier(sql: string, start: number): Token {
  const end = endOf(patterns.quotedIdentifier, sql, start);
  if (end === start) return { text: '?', end: sql.length };
  return { text: sql.slice(start, end).replace(/[ \t\n\r\f\v]+/g, ' '), end };
}

function endOfBlockComment(sql: string, start: number): number {
  const delimiter = patterns.commentDelimiter;
  delimiter.lastIndex = start;
  let depth = 0;
  for (let found = delimiter.exec(sql); found !== null; found = delimiter.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return delimiter.lastIndex;
  }
  return sql.length;
}

/** Behind what the sticky pattern matches at `start`; `start` itself when it does not. */
function endOf(pattern: RegExp, sql: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(sql) ? pattern.lastIndex : start;
}

/** A dump that is sent as it is (PostgreSQL refuses it) has rows of data behind `COPY … FROM STDIN;`. */
function withoutCopyData(sql: string): string {
  const fromStdin = /\bFROM STDIN\b/i.exec(sql);
  const statementEnd = fromStdin === null ? -1 : sql.indexOf(';', fromStdin.index);
  return statementEnd === -1 || statementEnd === sql.length - 1 ? sql : `${sql.slice(0, statementEnd + 1)} ?`;
}
