/**
 * SQL without its values: every literal is `?`, comments are gone (people write ticket numbers and worse into them),
 * white space is one space, so that what is left names tables and columns and nobody's data.
 *
 * Follows the lexical rules of PostgreSQL 18, with standard_conforming_strings on as it has been by default since 9.1:
 * '…' with doubled quotes, E'…' with backslashes, U&'…', B'…', X'…', N'…', strings continued on the next line,
 * $tag$…$tag$, numbers in all notations; nested comments; "identifiers", $1 and operators stay. Keywords are not looked
 * at, so unknown or broken SQL is no special case, and passwords in CREATE ROLE are literals like others.
 *
 * One pass, linear in the text. Only the first 10,000 characters are looked at; a literal, comment or quoted identifier
 * that has no end within them is dropped whole.
 *
 * @see https://www.postgresql.org/docs/18/sql-syntax-lexical.html
 */

/** Longer than statements that people write; the rest is generated lists, which say little. */
export const maxSqlCharacters = 10_000;

export function sanitiseSql(sql: string): string {
  const text = sql.length > maxSqlCharacters ? sql.slice(0, maxSqlCharacters) : sql;
  let sanitised = '';
  let position = 0;
  while (position < text.length) {
    const token = nextToken(text, position);
    sanitised += token.text === ' ' && (sanitised === '' || sanitised.endsWith(' ')) ? '' : token.text;
    position = token.end;
  }
  const collapsed = collapseLists(sanitised.trimEnd());
  return text === sql ? collapsed : `${collapsed} ...[cut, ${sql.length} characters]`;
}

interface Token {
  /** What stands for it in the result. */
  readonly text: string;
  readonly end: number;
}

function nextToken(sql: string, start: number): Token {
  const [first = '', second = '', third = ''] = [sql[start], sql[start + 1], sql[start + 2]];
  if (isSpace(first)) return { text: ' ', end: endOfSpaces(sql, start) };
  if (first === '-' && second === '-') return { text: ' ', end: endOfLine(sql, start) };
  if (first === '/' && second === '*') return { text: ' ', end: endOfBlockComment(sql, start) };
  if (first === "'") return { text: '?', end: endOfString(sql, start, false) };
  if (first === '"') return quotedIdentifier(sql, start);
  if (first === '$') return dollar(sql, start);
  if (isDigit(first) || (first === '.' && isDigit(second))) return { text: '?', end: endOfNumber(sql, start) };
  if (/[uU]/.test(first) && second === '&' && third === "'")
    return { text: '?', end: endOfString(sql, start + 2, false) };
  if (/[bBxXnN]/.test(first) && second === "'") return { text: '?', end: endOfString(sql, start + 1, false) };
  if (/[eE]/.test(first) && second === "'") return { text: '?', end: endOfString(sql, start + 1, true) };
  if (isIdentifierStart(first)) return kept(sql, start, endOfIdentifier(sql, start));
  return kept(sql, start, start + 1);
}

function kept(sql: string, start: number, end: number): Token {
  return { text: sql.slice(start, end), end };
}

/** From the opening quote at `start` behind the closing one, and behind those of its continuations on further lines. */
function endOfString(sql: string, start: number, hasEscapes: boolean): number {
  let position = start + 1;
  while (position < sql.length) {
    const character = sql[position];
    if (hasEscapes && character === '\\') position += 2;
    else if (character !== "'") position += 1;
    else if (sql[position + 1] === "'") position += 2;
    else {
      const continuation = startOfContinuation(sql, position + 1);
      if (continuation === undefined) return position + 1;
      position = continuation + 1;
    }
  }
  return sql.length;
}

/** A quote that follows after a line break, with nothing but white space and line comments between, goes on. */
function startOfContinuation(sql: string, start: number): number | undefined {
  let position = start;
  let hasLineBreak = false;
  for (;;) {
    const character = sql[position] ?? '';
    if (isSpace(character)) {
      hasLineBreak ||= character === '\n' || character === '\r';
      position += 1;
    } else if (character === '-' && sql[position + 1] === '-') position = endOfLine(sql, position);
    else return hasLineBreak && character === "'" ? position : undefined;
  }
}

/** `$1` stays, `$tag$…$tag$` is a literal, any other `$` an operator. */
function dollar(sql: string, start: number): Token {
  const end = endWhile(sql, start + 1, isDigit);
  if (end > start + 1) return kept(sql, start, end);
  const tagEnd = isIdentifierStart(sql[start + 1] ?? '') ? endWhile(sql, start + 2, isTagCharacter) : start + 1;
  if (sql[tagEnd] !== '$') return kept(sql, start, start + 1);
  const tag = sql.slice(start, tagEnd + 1);
  const close = sql.indexOf(tag, tagEnd + 1);
  return { text: '?', end: close === -1 ? sql.length : close + tag.length };
}

function quotedIdentifier(sql: string, start: number): Token {
  let position = start + 1;
  for (;;) {
    const quote = sql.indexOf('"', position);
    if (quote === -1) return { text: '?', end: sql.length };
    if (sql[quote + 1] !== '"') return { text: sql.slice(start, quote + 1).replace(/\s+/g, ' '), end: quote + 1 };
    position = quote + 2;
  }
}

function endOfBlockComment(sql: string, start: number): number {
  let depth = 0;
  for (let position = start; position < sql.length; position += 1) {
    if (sql.startsWith('/*', position)) depth += 1;
    else if (sql.startsWith('*/', position)) depth -= 1;
    else continue;
    position += 1;
    if (depth === 0) return position + 1;
  }
  return sql.length;
}

/**
 * Takes whatever is glued to the digits as well: PostgreSQL refuses it, or reads it as something else, but it is never
 * worth showing.
 */
function endOfNumber(sql: string, start: number): number {
  let end = start;
  do end = endWhile(sql, end, isNumberCharacter);
  while (isExponentSign(sql, start, end) && (end += 1));
  return end;
}

/** The sign in `1e-5`, and not the one in `0x1e-5`. */
function isExponentSign(sql: string, start: number, position: number): boolean {
  return (
    /[+-]/.test(sql[position] ?? '') &&
    /[eE]/.test(sql[position - 1] ?? '') &&
    isDigit(sql[position + 1] ?? '') &&
    !/[xX]/.test(sql[start + 1] ?? '')
  );
}

function endOfLine(sql: string, start: number): number {
  return endWhile(sql, start, (character) => character !== '\n' && character !== '\r');
}

function endOfSpaces(sql: string, start: number): number {
  return endWhile(sql, start, isSpace);
}

function endOfIdentifier(sql: string, start: number): number {
  return endWhile(sql, start, isIdentifierCharacter);
}

function endWhile(sql: string, start: number, holds: (character: string) => boolean): number {
  let end = start;
  while (end < sql.length && holds(sql[end] ?? '')) end += 1;
  return end;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isSpace(character: string): boolean {
  return /[ \t\n\r\f\v]/.test(character);
}

function isIdentifierStart(character: string): boolean {
  return /[A-Za-z_\u0080-\uffff]/.test(character);
}

function isTagCharacter(character: string): boolean {
  return isIdentifierStart(character) || isDigit(character);
}

function isIdentifierCharacter(character: string): boolean {
  return isTagCharacter(character) || character === '$';
}

function isNumberCharacter(character: string): boolean {
  return isIdentifierCharacter(character) || character === '.';
}

/** `IN (?, ?, ?)` is `IN (?)`, and of equal rows of values one is enough: statements that differ in number only are one. */
function collapseLists(sql: string): string {
  return sql
    .replace(/\bIN ?\( ?\?(?: ?, ?\?)+ ?\)/gi, 'IN (?)')
    .replace(/(\( ?\?(?: ?, ?\?)* ?\))(?: ?, ?\1)+/g, '$1, ...');
}
