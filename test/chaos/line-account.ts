/** Goes through the lines of one log and its backups, and says what is wrong with them. */
import { basename, dirname } from 'node:path';

import type { ConcernName, ConcernRow } from '@sentrikat/file-exporter';

import { readBytes } from './files-on-disk.ts';
import { durableConcern, message } from './life.ts';
import { foreignLine } from './strangers.ts';
import type { Testimony } from './writers.ts';

export interface LogOnDisk {
  readonly row: ConcernRow<ConcernName>;
  readonly paths: readonly string[];
  /** Where strangers rename the file to, if they do. `paths` are then in no order. */
  readonly movedTo: string | undefined;
  /** Whether strangers use it too: half lines then stay, and get an end, as they may be theirs. */
  readonly isShared: boolean;
}

export interface LineAccount {
  readonly lines: number;
  readonly foreignLines: number;
  /** What killed writers have left in files that strangers use or take away. */
  readonly halfLines: number;
  /** Lines of which a life had said that they are written. */
  readonly flushedLines: number;
  readonly faults: readonly string[];
}

const textLine = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] (?:ERROR|INFO)(?: in chaos \(-:0\))?: (.*)$/;
/** The trail's own word about a half line that was moved out. */
const repairNote = /^half a line, which a writer had left that died/;
/** The reason why a line was not written, and must not be written later either. */
const refused = /^Error: LOCK_BUSY: /;
/** The beginning of one record. More than one would be a line glued to another. */
const halfLine = /^[[{][^[{]*$/;

export function accountLines(log: LogOnDisk, testimonies: ReadonlyMap<string, Testimony>): LineAccount {
  const { row, paths, movedTo, isShared } = log;
  const faults: string[] = [];
  const numbersOf = new Map<string, number[]>();
  const foreign: number[] = [];
  let lines = 0;
  let halfLines = 0;
  for (const path of paths) {
    let ownBytes = 0;
    for (const line of linesOf(path)) {
      const [, own = line, theirs] = (isShared ? foreignLine.exec(line) : null) ?? [];
      if (theirs !== undefined) foreign.push(Number(theirs));
      if (theirs !== undefined && own === '') continue;
      ownBytes += own.length + 1;
      if (!take(own)) faults.push(`${basename(path)} has a line of nobody: ${JSON.stringify(line)}`);
    }
    if (ownBytes >= row.maxBytes)
      faults.push(`${basename(path)} has ${ownBytes} bytes, of at most ${row.maxBytes - 1}`);
  }
  for (const [life, testimony] of testimonies) faults.push(...faultsOf(life, testimony));
  faults.push(...gaps(foreign.toSorted(ascending), 'foreign', new Map()));
  const flushedLines = [...testimonies.values()].reduce((sum, { flushed }) => sum + (flushed[row.name] ?? 0), 0);
  return { lines, foreignLines: foreign.length, halfLines, flushedLines, faults };

  function* linesOf(path: string): Generator<string> {
    const text = readBytes(path).toString('latin1');
    if (text === '') return;
    const ended = text.split('\n');
    const rest = ended.pop() ?? '';
    yield* ended;
    if (rest === '') return;
    // A file that was taken away before anybody could write to it again is as the writer that died has left it.
    if (dirname(path) === movedTo) halfLines++;
    else faults.push(`${basename(path)} does not end with a whole line`);
  }

  function take(line: string): boolean {
    const text = messageIn(line, row);
    const [, life = '', number] = message.exec(text) ?? [];
    if (testimonies.has(life)) {
      const numbers = numbersOf.get(life) ?? [];
      numbersOf.set(life, numbers);
      numbers.push(Number(number));
      lines++;
      return true;
    }
    if (row.isTrail && repairNote.test(text)) return true;
    if (!isShared || !halfLine.test(line)) return false;
    halfLines++;
    return true;
  }

  function* faultsOf(life: string, { flushed, durable, rejected }: Testimony): Generator<string> {
    const isDurable = row.name === durableConcern;
    const numbers = numbersOf.get(life) ?? [];
    const sorted = numbers.toSorted(ascending);
    const excused = isDurable ? rejected : new Map<number, string>();
    if (movedTo === undefined && numbers.some((number, index) => number !== sorted[index]))
      yield `${row.file}: ${life} is out of order`;
    yield* gaps(sorted, life, excused);
    for (const number of sorted) {
      if (refused.test(excused.get(number) ?? '')) yield `${row.file}: ${life} ${number} was refused, and is there`;
    }
    const acknowledged = Math.max(flushed[row.name] ?? 0, ...(isDurable ? durable : []));
    for (let number = (sorted.at(-1) ?? 0) + 1; number <= acknowledged; number++) {
      if (!excused.has(number)) yield `${row.file}: ${life} ${number} was acknowledged, and is missing`;
    }
  }

  /** Lines are written in their order, so that a kill takes only the last: none is missing before one that is there. */
  function* gaps(sorted: readonly number[], writer: string, excused: ReadonlyMap<number, string>): Generator<string> {
    let expected = 1;
    for (const number of sorted) {
      for (; expected < number; expected++) {
        if (!excused.has(expected)) yield `${row.file}: ${writer} ${expected} is missing, though ${number} is there`;
      }
      if (number < expected) yield `${row.file}: ${writer} ${number} is there twice`;
      expected = number + 1;
    }
  }
}

function messageIn(line: string, { format }: ConcernRow): string {
  if (format !== 'json') return textLine.exec(line)?.[1] ?? '';
  try {
    return String((JSON.parse(line) as { message: unknown }).message);
  } catch {
    return '';
  }
}

function ascending(one: number, other: number): number {
  return one - other;
}
