/** Texts in YAML that go on over several lines, whose ends may be written out, as in JSON. */
import { backslashes, blanks, charactersOf, endOfRun, nextOf } from '../character-set.ts';
import type { Extent } from './extent.ts';

/** https://yaml.org/spec/1.2.2/#81-block-scalar-styles */
const header = /[|>][-+\d]{0,2}[ \t]{0,8}(?:\r?\n|(?:\\{1,15}r)?(\\{1,15})n)/y;

/**
 * The lines that are further in than the one of the name, which has its value from `from`; undefined where there is no
 * such text at `start`.
 */
export function blockScalarExtent(text: string, from: number, start: number): Extent | undefined {
  header.lastIndex = start;
  const match = header.exec(text);
  if (match === null) return undefined;
  const lineEnd = match[1] === undefined ? '\n' : `${match[1]}n`;
  const blockStart = header.lastIndex;
  const outer = indentation(text, startOfLine(text, from, lineEnd));
  let end = blockStart;
  for (let line = blockStart; line < text.length;) {
    const stop = endOfLine(text, line, lineEnd);
    const isEmpty = endOfRun(blanks, text, line) >= stop;
    if (!isEmpty && indentation(text, line) <= outer) break;
    if (!isEmpty) end = stop;
    if (!text.startsWith(lineEnd, stop)) break;
    line = stop + lineEnd.length;
  }
  return { start: Math.min(endOfRun(blanks, text, blockStart), end), end, isQuoted: true };
}

function indentation(text: string, lineStart: number): number {
  return endOfRun(blanks, text, lineStart) - lineStart;
}

function startOfLine(text: string, from: number, lineEnd: string): number {
  const before = text.lastIndexOf(lineEnd, from);
  return before === -1 ? 0 : before + lineEnd.length;
}

const stops = charactersOf('\n', '\\', '"');

/** Or of the string that the lines are written out in. */
function endOfLine(text: string, start: number, lineEnd: string): number {
  const escapes = lineEnd.length - 1;
  for (let at = nextOf(stops, text, start); at < text.length;) {
    const behind = endOfRun(backslashes, text, at);
    const isEnd = text.charAt(behind) === '"' ? escapes > 0 && behind - at < escapes : text.startsWith(lineEnd, at);
    if (isEnd) return at;
    at = nextOf(stops, text, Math.max(at, behind) + 1);
  }
  return text.length;
}
