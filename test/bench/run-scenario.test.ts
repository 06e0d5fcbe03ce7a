import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import { runScenario } from './run-scenario.ts';
import type { Contestant, Scenario } from './scenario.ts';

const progress: string[] = [];

function run(...contestants: readonly Contestant[]) {
  return runRace({ contestants });
}

function runRace(parts: Pick<Scenario, 'contestants' | 'setUp'>) {
  progress.length = 0;
  const scenario: Scenario = {
    name: 'race',
    title: 'A race',
    about: '',
    runs: { full: 2, quick: 1 },
    columns: [],
    ...parts,
  };
  return runScenario(scenario, 'full', (message) => progress.push(message));
}

function animal(name: string): Contestant {
  return { name, note: '', packages: [], measure: async () => ({ speed: name.length }) };
}

test('measures every contestant once before it measures the first again', async () => {
  const { rows } = await run(animal('hare'), animal('tortoise'));
  expect(progress.map((message) => message.replace('race, ', ''))).toEqual([
    'warming up: hare',
    'warming up: tortoise',
    'run 1 of 2: hare',
    'run 1 of 2: tortoise',
    'run 2 of 2: hare',
    'run 2 of 2: tortoise',
  ]);
  expect(rows).toEqual([
    { contestant: 'hare', samples: [{ speed: 4 }, { speed: 4 }] },
    { contestant: 'tortoise', samples: [{ speed: 8 }, { speed: 8 }] },
  ]);
});

test('gives each sample an empty directory, and removes it', async () => {
  const directories = new Set<string>();
  const measure: Contestant['measure'] = async ({ directory }) => {
    const file = join(directory, 'a');
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, '');
    directories.add(directory);
    return {};
  };
  await run({ ...animal('hare'), measure });
  expect([...directories].map((directory) => existsSync(directory))).toEqual([false, false, false]);
});

test('skips a contestant whose program is not installed, and says which it is', async () => {
  const program = { name: 'lettuce', find: () => undefined };
  const { rows, versions } = await run(animal('hare'), {
    ...animal('tortoise'),
    programs: [program],
    packages: ['not-installed'],
  });
  expect(rows[1]).toEqual({ contestant: 'tortoise', samples: [], skipped: 'lettuce is not installed here' });
  expect(progress.join()).not.toContain('tortoise');
  expect(versions).toEqual({});
});

test('starts what all share before the first sample, and ends it after the last, whatever becomes of them', async () => {
  const course: string[] = [];
  const setUp = async () => {
    course.push('set up');
    return async () => void course.push('torn down');
  };
  const measure: Contestant['measure'] = async () => {
    course.push('measured');
    if (course.length > 2) throw new Error('stumbled');
    return {};
  };
  await expect(runRace({ setUp, contestants: [{ ...animal('hare'), measure }] })).rejects.toThrow('stumbled');
  expect(course).toEqual(['set up', 'measured', 'measured', 'torn down']);
});

test('starts nothing for contestants that are all skipped', async () => {
  const setUp = vi.fn<NonNullable<Scenario['setUp']>>();
  const programs = [{ name: 'lettuce', find: () => undefined }];
  const { rows } = await runRace({ setUp, contestants: [{ ...animal('hare'), programs }] });
  expect(rows[0]?.skipped).toBe('lettuce is not installed here');
  expect(setUp).not.toHaveBeenCalled();
});

test('states the versions of packages and of other programs', async () => {
  const program = { name: 'lettuce', find: () => ({ path: 'lettuce', version: '1.2.3' }) };
  const { versions } = await run({ ...animal('tortoise'), programs: [program], packages: ['pino'] });
  expect(versions).toEqual({ pino: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string, lettuce: '1.2.3' });
});
