/**
 * Our writer beside Python's RotatingFileHandler, the real one: sequence after sequence, the directories are the same, byte for byte,
 * with their links and whatever else is in them. Modes and owners are not compared: Python's follow the umask alone, ours the file before.
 *
 * `SOAK_SEEDS` sets how many sequences are played with each Python, `SOAK_SEED` which.
 */
import { afterAll, describe, expect, test } from 'vitest';

import { deviations } from './deviations.ts';
import { compareWithPython, startComparison } from './differential.ts';
import { findPythons } from './pythons.ts';

const sequences = Number(process.env['SOAK_SEEDS'] ?? 1_500);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const pythons = findPythons();

test.each(pythons)(
  'leaves the directories that Python $version leaves (empty files rotate: $emptyFileRollover, imitated: $isRuleImitated)',
  { timeout: 60_000 + sequences * 50 },
  async (python) => {
    const figures = await compareWithPython({ python, seed, sequences });
    expect(figures.sequences).toBe(sequences);
  },
);

describe.each(deviations)('$name', (deviation) => {
  const comparisons = pythons.map((python) => startComparison(python));
  afterAll(() => Promise.all(comparisons.map((comparison) => comparison.end())));

  test('is a deviation still, and the only one in its example', async () => {
    const plain = await Promise.all(comparisons.map((comparison) => comparison.play(deviation.example, [])));
    const deviating = await Promise.all(
      comparisons.map((comparison) => comparison.play(deviation.example, [deviation.name])),
    );
    expect(plain.some(({ ours, theirs }) => JSON.stringify(ours) !== JSON.stringify(theirs))).toBe(true);
    for (const { ours, theirs } of deviating) expect(ours).toEqual(theirs);
    for (const { errors } of plain) expect(deviation.mayExplain(deviation.example, errors)).toBe(true);
  });
});
