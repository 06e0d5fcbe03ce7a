/** Plays random sequences with Python's handler and with our writer, and compares the directories they leave. */
import { deepStrictEqual } from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';

import { deviations } from './deviations.ts';
import { act, makeDirectory, picture } from './log-directory.ts';
import { createOurWriter } from './our-writer.ts';
import { startPython } from './python-writer.ts';
import type { Python } from './pythons.ts';
import { logName, sequences, type Sequence } from './sequence.ts';
import type { Writer } from './writer.ts';

export interface DifferentialOptions {
  readonly python: Python;
  readonly seed: number;
  readonly sequences: number;
}

export interface DifferentialFigures {
  readonly sequences: number;
  readonly actions: number;
  /** In how many sequences each deviation had a part, by name. */
  readonly deviating: Readonly<Record<string, number>>;
}

/** Rejects with the shortest sequence it can find for which no deviation accounts, and with the seed and path to play it again. */
export async function compareWithPython({
  python,
  seed,
  sequences: numRuns,
}: DifferentialOptions): Promise<DifferentialFigures> {
  const comparison = startComparison(python);
  const deviating: Record<string, number> = Object.fromEntries(deviations.map(({ name }) => [name, 0]));
  const figures = { sequences: 0, actions: 0, deviating };
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const names = await deviationsBetween(comparison, sequence);
    figures.sequences++;
    figures.actions += sequence.actions.length;
    for (const name of names) deviating[name] = (deviating[name] ?? 0) + 1;
  });
  try {
    await fc.assert(property, { seed, numRuns });
  } finally {
    await comparison.end();
  }
  return figures;
}

/**
 * The rows that make Python leave our directory; none where it does so anyway. A row may only take part if it can explain the difference, and
 * one may bring to light what another is there to explain: only who looks at the path meets a disk that has to be waited for.
 */
async function deviationsBetween(comparison: Comparison, sequence: Sequence): Promise<readonly string[]> {
  for (let names: readonly string[] = []; ;) {
    const { ours, theirs, errors } = await comparison.play(sequence, names);
    if (isDeepStrictEqual(ours, theirs)) return names;
    const further = deviations.filter((row) => !names.includes(row.name) && row.mayExplain(sequence, errors));
    if (further.length === 0) deepStrictEqual(ours, theirs);
    names = [...names, ...further.map(({ name }) => name)];
  }
}

/**
 * Four of five sequences are played in memory, where the machine has a file system there: several times as many in the same time. On a disk the
 * rest, since the two differ in how soon the number of a removed file is given to another.
 */
const inMemory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const places = [inMemory, inMemory, inMemory, inMemory, tmpdir()];

export interface Comparison {
  /** What the two leave, and what Python has met, when it deviates in what is named. */
  play(
    sequence: Sequence,
    deviating: readonly string[],
  ): Promise<{ readonly ours: unknown; readonly theirs: unknown; readonly errors: readonly string[] }>;
  end(): Promise<void>;
}

export function startComparison(python: Python): Comparison {
  const child = startPython(python);
  let played = 0;
  return {
    async play(sequence, deviating) {
      const root = mkdtempSync(join(places[played++ % places.length] ?? inMemory, 'differential-'));
      try {
        const theirs = child.writer(deviating);
        return {
          ours: await play(createOurWriter(python.emptyFileRollover), join(root, 'ours'), sequence),
          theirs: await play(theirs, join(root, 'theirs'), sequence),
          errors: theirs.errors,
        };
      } finally {
        rmSync(root, { recursive: true });
      }
    },
    end: () => child.end(),
  };
}

async function play(
  writer: Writer,
  directory: string,
  { before, actions, maxBytes, backups }: Sequence,
): Promise<unknown> {
  const open = () => writer.open(join(directory, logName), { maxBytes, backups });
  makeDirectory(directory, before);
  await open();
  for (const action of actions) {
    if (action.type === 'write') await writer.write(action.lines);
    else if (action.type === 'restart') {
      await writer.close();
      await open();
    } else act(directory, action);
  }
  await writer.close();
  return picture(directory);
}
