/** Texts that are JSON, which have to be JSON with the same members once the secrets are out. */
import type { Json } from './json.ts';
import { maxDepth } from './limits.ts';
import { charactersOf, endOfRun, isIn } from './text/character-set.ts';
import { isMark } from './text/detectors.ts';

const blanks = charactersOf(' ', '\n', '\r', '\t');
const mostBlanks = 8;
const brackets = charactersOf('[', '{');

/** The object or list that a text is as a whole; undefined where it is none. */
export function structureOf(text: string): Json | undefined {
  if (!isIn(brackets, text, endOfRun(blanks, text, 0, mostBlanks))) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * Whether what is left of a structure has as many members as it had, at every depth, and so have the texts in it that
 * are JSON themselves; a mark may stand for any of them. Deeper than values are looked at, it does not.
 */
export function keepsShape(left: Json | undefined, before: Json, depth: number = maxDepth): boolean {
  if (left === undefined || depth === 0) return false;
  if (typeof left === 'string') return left === before || keepsShapeOfText(left, before, depth);
  if (typeof left !== 'object' || left === null || typeof before !== 'object' || before === null) return true;
  const [membersLeft, members] = [Object.values<Json>(left), Object.values<Json>(before)];
  return (
    membersLeft.length === members.length &&
    membersLeft.every((member, index) => keepsShape(member, members[index]!, depth - 1))
  );
}

function keepsShapeOfText(left: string, before: Json, depth: number): boolean {
  const structure = typeof before === 'string' && !isMark(left) ? structureOf(before) : undefined;
  return structure === undefined || keepsShape(structureOf(left), structure, depth - 1);
}
