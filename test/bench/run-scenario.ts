/**
 * Takes the samples of one scenario: every contestant once, then every contestant again (A B C A B C …), so that a machine
 * that gets slower or busier for a while does so for all of them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installedVersions, thisMachine } from './machine.ts';
import type { ContestantResults, ScenarioResults } from './results.ts';
import type { Contestant, Sample, Scenario, Size } from './scenario.ts';

export async function runScenario(
  scenario: Scenario,
  size: Size,
  onProgress: (message: string) => void,
): Promise<ScenarioResults> {
  const present = scenario.contestants.filter((contestant) => whySkipped(contestant) === undefined);
  const samples = new Map<Contestant, Sample[]>(present.map((contestant) => [contestant, []]));
  const tearDown = present.length === 0 ? undefined : await scenario.setUp?.();
  try {
    if (scenario.runs[size] > 1) await warmUp(scenario, present, onProgress);
    for (let run = 1; run <= scenario.runs[size]; run++) {
      for (const [contestant, taken] of samples) {
        onProgress(`${scenario.name}, run ${run} of ${scenario.runs[size]}: ${contestant.name}`);
        taken.push(await takeSample(contestant, size));
      }
    }
  } finally {
    await tearDown?.();
  }
  return {
    scenario: scenario.name,
    date: new Date().toISOString().slice(0, 10),
    size,
    machine: thisMachine(),
    versions: {
      ...installedVersions(present.flatMap(({ packages }) => packages)),
      ...Object.fromEntries(
        present.flatMap(({ programs = [] }) => programs.map(({ name, find }) => [name, find()?.version ?? ''])),
      ),
    },
    rows: scenario.contestants.map((contestant): ContestantResults => {
      const skipped = whySkipped(contestant);
      return {
        contestant: contestant.name,
        samples: samples.get(contestant) ?? [],
        ...(skipped === undefined ? {} : { skipped }),
      };
    }),
  };
}

/** A short run of each, which is not counted: what a program's first run finds uncompiled and unread, later ones do not. */
async function warmUp(
  scenario: Scenario,
  contestants: readonly Contestant[],
  onProgress: (message: string) => void,
): Promise<void> {
  for (const contestant of contestants) {
    onProgress(`${scenario.name}, warming up: ${contestant.name}`);
    await takeSample(contestant, 'quick');
  }
}

function whySkipped({ programs = [] }: Contestant): string | undefined {
  const missing = programs.find(({ find }) => find() === undefined);
  return missing === undefined ? undefined : `${missing.name} is not installed here`;
}

async function takeSample(contestant: Contestant, size: Size): Promise<Sample> {
  const directory = await mkdtemp(join(tmpdir(), 'sentrikat-bench-'));
  try {
    return await contestant.measure({ size, directory });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
