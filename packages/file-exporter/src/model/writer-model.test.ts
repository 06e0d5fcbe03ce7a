import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { foundScenarios } from './found-scenarios.ts';
import { runScenario } from './run-scenario.ts';
import { anyScenario } from './scenario.test-arbitrary.ts';

/** For a soak: how many scenarios, and with which seed they are made. */
const { SOAK_SEEDS = '3000', SOAK_SEED = '1' } = process.env;

test.each(foundScenarios)('no more: $found', async ({ scenario }) => {
  const { wrongs } = await runScenario(scenario);
  expect(wrongs).toEqual([]);
});

test('whatever happens to a file, its writers keep what they promise', async () => {
  await fc.assert(
    fc.asyncProperty(anyScenario, async (scenario) => {
      const { wrongs } = await runScenario(scenario);
      expect(wrongs).toEqual([]);
    }),
    { numRuns: Number(SOAK_SEEDS), seed: Number(SOAK_SEED) },
  );
}, 3_600_000);
