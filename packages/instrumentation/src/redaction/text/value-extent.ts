/**
 * From where to where a value goes that stands in a text behind its name. Where that is not to be known, rather too
 * much is taken than too little: a value in quotes ends with its quote, an object or array with its bracket, what is
 * in neither at white space, a quote, or a separator that another name follows; a header at the end of its line. What
 * has no end takes all of the text.
 */
import {
  alphanumerics,
  blanks,
  charactersOf,
  endOfRun,
  isIn,
  mostNameCharacters,
  nameCharacters,
  nextOf,
  quotes,
  startOfRun,
} from './character-set.ts';

export interface Extent {
  readonly start: number;
  readonly end: number;
  /** Whether it stands in quotes, which are not part of it. */
  readonly isQuoted: boolean;
}

/** `isLine`: whether it goes on to the end of the line. */
export function valueExtent(text: string, from: number, isLine: boolean): Extent {
  // Most begin so, and are neither in quotes nor in brackets.
  if (isIn(alphanumerics, text, from)) return { start: from, end: endOfPlain(text, from, isLine), isQuoted: false };
  const start = endOfRun(blanks, text, from);
  const quoteAt = endOfRun(backslashes, text, start);
  if (isIn(quotes, text, quoteAt)) return quotedExtent(text, start, quoteAt);
  blockHeader.lastIndex = start;
  if (blockHeader.test(text)) return { ...blockExtent(text, from, blockHeader.lastIndex), isQuoted: true };
  if (!isIn(openingBrackets, text, start)) return { start, end: endOfPlain(text, start, isLine), isQuoted: false };
  const structureEnd = endOfStructure(text, start);
  const isAllOfIt = structureEnd === text.length || isIn(behindStructure, text, structureEnd);
  return { start, end: isAllOfIt ? structureEnd : endOfPlain(text, structureEnd, isLine), isQuoted: false };
}

/** `quoteAt`: behind the backslashes of the quote, which begin at `start`. */
function quotedExtent(text: string, start: number, quoteAt: number): Extent {
  // `"enter your password: ","user":"bob"`
  if (endsString(text, start)) return { start, end: start, isQuoted: false };
  const triple = text.slice(start, quoteAt + 1).repeat(3);
  if (!text.startsWith(triple, start)) return piecesExtent(text, start, quoteAt);
  const valueStart = start + triple.length;
  const close = text.indexOf(triple, valueStart);
  return { start: valueStart, end: close === -1 ? text.length : close, isQuoted: true };
}

/** https://yaml.org/spec/1.2.2/#81-block-scalar-styles */
const blockHeader = /[|>][-+\d]{0,2}[ \t]{0,8}\r?\n/y;

/** The lines that are further in than the one of the name. */
function blockExtent(text: string, from: number, blockStart: number): Omit<Extent, 'isQuoted'> {
  const lineStart = text.lastIndexOf('\n', from) + 1;
  const outer = endOfRun(blanks, text, lineStart) - lineStart;
  let end = blockStart;
  for (let line = blockStart; line < text.length; line = nextOf(lineEnds, text, line) + 1) {
    const inner = endOfRun(blanks, text, line);
    const isEmpty = inner === text.length || isIn(lineEnds, text, inner);
    if (!isEmpty && inner - line <= outer) break;
    if (!isEmpty) end = nextOf(lineEnds, text, inner);
  }
  return { start: Math.min(endOfRun(blanks, text, blockStart), end), end };
}

function endOfPlain(text: string, start: number, isLine: boolean): number {
  return isLine ? endOfLine(text, start) : endOfToken(text, start);
}

const backslashes = charactersOf('\\');
const openingBrackets = charactersOf('[', '{');
const closingBrackets = charactersOf(']', '}');
/** What else stands there is part of the value: `{SSHA}…`. */
const behindStructure = charactersOf(...` \t\n\r\v\f"'\`,;&()[]{}<>\\.:|`);
const equalSigns = charactersOf('=', ':');
const wordStops = charactersOf(' ', '\t', '\n', '\r', '\v', '\f', '"', "'", '`', ',', ';', '&', '|', ')', ']', '}');
const separators = charactersOf(',', ';', '&');
/** `a=b|c=d`, `[a=b][c=d]`. */
const betweenFields = charactersOf('|', ')', ']', '}');
const beforeField = charactersOf('(', '[', '{');
const equalSign = charactersOf('=');
/** May stand behind a word rather than in it. */
const trailing = charactersOf(',', ';', ')', ']', '}', '[', '{', '>', '\\');
/** Behind them a quote opens something new. */
const beforeOpening = charactersOf(',', ';', ':', '=', '(', '[', '{', '&');
/** The same in a header, where the quote around it may stand behind a blank or a semicolon. */
const beforeQuoted = charactersOf(',', ':', '=', '[', '{');
const lineEnds = charactersOf('\n');
const lineStops = charactersOf('\n', '\r', '"', "'", '`', '\\');
/** https://www.iana.org/assignments/http-authschemes, and others that are about. */
const schemes: ReadonlySet<string> = new Set(
  'apikey basic bearer digest dpop gnap hawk hmac hoba key mutual negotiate ntlm oauth ssws token vapid'.split(' '),
);

/**
 * Before the backslashes of the closing quote. In JSON that is itself a string in JSON, its quotes have as many
 * backslashes (`depth`) as the one that opened the value, and quotes inside the value more. Two quotes in a row are
 * one, as in SQL; behind a backslash, the second is that of the string around.
 */
function endOfQuoted(text: string, openedAt: number, depth: number): number {
  const quote = text.charAt(openedAt);
  const valueStart = openedAt + 1;
  for (let at = text.indexOf(quote, valueStart); at !== -1; at = text.indexOf(quote, at + 1)) {
    const end = startOfRun(backslashes, text, at, at - valueStart);
    const count = at - end;
    const isEscaped = count > depth && count % (2 * (depth + 1)) !== depth;
    if (isEscaped) continue;
    if (at === valueStart || depth > 0 || text.charAt(at + 1) !== quote) return Math.max(end, at - depth);
    at++;
  }
  return text.length;
}

/** Also on several lines, as `util.inspect` writes a text: `'one\n' +` and, on the next line, `"it's two"`. */
function piecesExtent(text: string, start: number, quoteAt: number): Extent {
  const depth = quoteAt - start;
  let end = endOfQuoted(text, quoteAt, depth);
  let lastQuoteAt = quoteAt;
  for (;;) {
    const closed = end + depth + 1;
    joined.lastIndex = closed;
    const [join] = joined.exec(text) ?? [];
    if (join === undefined) {
      const isSameQuote = text.charAt(lastQuoteAt) === text.charAt(quoteAt);
      return isSameQuote ? { start: quoteAt + 1, end, isQuoted: true } : { start, end: closed, isQuoted: false };
    }
    lastQuoteAt = closed + join.length - 1;
    end = endOfQuoted(text, lastQuoteAt, depth);
  }
}

const joined = /[ ]\+(?:\n|\\{1,15}n)[ ]{1,64}\\{0,15}["'`]/y;

function endOfStructure(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (isIn(openingBrackets, text, at)) depth++;
    else if (isIn(closingBrackets, text, at) && --depth === 0) return at + 1;
    else if (isIn(quotes, text, at)) {
      const escape = startOfRun(backslashes, text, at, at - start);
      if (endsString(text, escape)) return escape;
      // An apostrophe opens nothing.
      if (isIn(alphanumerics, text, escape - 1)) continue;
      at = endOfRun(backslashes, text, endOfQuoted(text, at, at - escape));
    }
  }
  return text.length;
}

const behindString = /^(\\{0,15}["'`])(?:[}\]]{1,8}(?:\n|$)|,\1[\w.-]{1,40}\1:)/;
const mostBehindString = 80;

/** Whether what is before it stands in a string that ends there: `"unexpected {","user":"bob"}`. */
function endsString(text: string, at: number): boolean {
  return behindString.test(text.slice(at, at + mostBehindString));
}

function endOfLine(text: string, start: number): number {
  for (let at = nextOf(lineStops, text, start); ; at = nextOf(lineStops, text, at + 1)) {
    if (isIn(quotes, text, at)) {
      const escape = startOfRun(backslashes, text, at, at - start);
      // An apostrophe.
      if (isIn(alphanumerics, text, at - 1) && isIn(alphanumerics, text, at + 1)) continue;
      if (!isIn(beforeQuoted, text, escape - 1) || endsString(text, escape)) return escape;
      at = endOfRun(backslashes, text, endOfQuoted(text, at, at - escape));
    } else {
      const letterAt = endOfRun(backslashes, text, at);
      if (letterAt === at || 'nr'.includes(text.charAt(letterAt))) return at;
      at = letterAt - 1;
    }
  }
}

/** `Bearer` is not the secret, but what follows; behind `Digest` these are parameters. */
function endOfToken(text: string, start: number): number {
  for (let from = start; ;) {
    const end = endOfWord(text, from);
    const next = endOfRun(blanks, text, end);
    const word = next === end ? '' : text.slice(from, end).toLowerCase();
    if (!schemes.has(word)) return end;
    if (word === 'digest') return endOfLine(text, next);
    from = next;
  }
}

function endOfWord(text: string, start: number): number {
  let end = nextOf(wordStops, text, start);
  while (end < text.length && isInsideWord(text, end)) end = nextOf(wordStops, text, end + 1);
  const wordEnd = startOfRun(trailing, text, end, end - start);
  if (wordEnd > start) return wordEnd;
  // Nothing but a comma is not there for its own sake.
  return end === start + 1 ? start : end;
}

/** An apostrophe, or a separator or closing bracket that no name and equal sign follows. */
function isInsideWord(text: string, at: number): boolean {
  if (isIn(quotes, text, at)) {
    const escape = startOfRun(backslashes, text, at, mostNameCharacters);
    return isIn(alphanumerics, text, at + 1) && !isIn(beforeOpening, text, escape - 1);
  }
  const isSeparator = isIn(separators, text, at);
  if (!isSeparator && !isIn(betweenFields, text, at)) return false;
  const isBracket = !isSeparator && text.charAt(at) !== '|';
  if (isBracket && !isIn(beforeField, text, at + 1)) return true;
  const nameStart = isBracket ? at + 2 : at + 1;
  const nameEnd = endOfRun(nameCharacters, text, nameStart, nameStart + mostNameCharacters);
  return nameEnd === nameStart || !isIn(isSeparator ? equalSigns : equalSign, text, nameEnd);
}
