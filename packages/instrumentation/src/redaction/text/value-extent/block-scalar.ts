/** Texts in YAML that go on over several lines. */
import { blanks, charactersOf, endOfRun, isIn, nextOf } from '../character-set.ts';
import type { Extent } from './extent.ts';

/** https://yaml.org/spec/1.2.2/#81-block-scalar-styles */
const header = /[|>][-+\d]{0,2}[ \t]{0,8}\r?\n/y;
const lineEnds = charactersOf('\n');

/**
 * The lines that are further in than the one of the name, which has its value from `from`; undefined where there is no
 * such text at `start`.
 */
export function blockScalarExtent(text: string, from: number, start: number): Extent | undefined {
  header.lastIndex = start;
  if (!header.test(text)) return undefined;
  const blockStart = header.lastIndex;
  const lineStart = text.lastIndexOf('\n', from) + 1;
  const outer = endOfRun(blanks, text, lineStart) - lineStart;
  let end = blockStart;
  for (let line = blockStart; line < text.length; line = nextOf(lineEnds, text, line) + 1) {
    const inner = endOfRun(blanks, text, line);
    const isEmpty = inner === text.length || isIn(lineEnds, text, inner);
    if (!isEmpty && inner - line <= outer) break;
    if (!isEmpty) end = nextOf(lineEnds, text, inner);
  }
  return { start: Math.min(endOfRun(blanks, text, blockStart), end), end, isQuoted: true };
}
