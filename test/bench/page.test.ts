import { describe, expect, test } from 'vitest';

import { renderPage } from './page.ts';
import type { ScenarioResults } from './results.ts';
import type { Contestant, Sample, Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';

const measure: Contestant['measure'] = () => Promise.reject(new Error('not measured here'));

const race: Scenario = {
  name: 'race',
  title: 'A race',
  about: 'Two animals run.',
  runs: { full: 3, quick: 1 },
  contestants: [
    { name: 'hare', note: 'sleeps', packages: ['hare'], measure },
    { name: 'tortoise', note: 'does not', packages: [], measure },
  ],
  columns: [
    { title: 'm/s', figure: 'speed', summary: 'median', digits: 1, withSpread: true },
    { title: '× tortoise', figure: 'speed', summary: 'median', digits: 2, relativeTo: 'tortoise' },
    { title: 'longest nap s', figure: 'nap', summary: 'highest', digits: 0 },
    { title: 'finished', figure: 'finished', summary: 'sum', digits: 0, of: 'started' },
  ],
};
const unmeasured: Scenario = { ...race, name: 'unmeasured', title: 'Not on the page' };

const results: ScenarioResults = {
  scenario: 'race',
  date: '2026-11-24',
  size: 'full',
  machine: { cpu: 'Abacus 3', cores: 2, memoryGiB: 24, kernel: 'Linux 6.18', node: 'v24.21.0' },
  versions: { hare: '1.2.3' },
  rows: [
    { contestant: 'tortoise', samples: [run(0.25, 0), run(0.5, 0), run(0.2, 0)] },
    { contestant: 'hare', samples: [run(9, 1200), run(1, 3600, 0), run(10, 0)] },
  ],
};

function run(speed: number, nap: number, finished = 1000): Sample {
  return { speed, nap, finished, started: 1000 };
}

function otherAnimal(name: string): string {
  return name === 'hare' ? 'tortoise' : 'hare';
}

describe('the page', () => {
  test('shows what it is shown to show', async () => {
    await expect(renderPage([race, unmeasured], [results])).toMatchFileSnapshot('golden/benchmarks.md');
  });

  test('says of a quick run that it compares nothing', () => {
    expect(renderPage([race], [{ ...results, size: 'quick' }])).toContain('**A quick run: too short');
    expect(renderPage([race], [results])).not.toContain('A quick run');
  });

  test('shows a dash where nothing was due', () => {
    const rows = results.rows.map((row) => ({
      ...row,
      samples: row.samples.map((sample) => ({ ...sample, started: 0 })),
    }));
    expect(renderPage([race], [{ ...results, rows }])).toContain('| tortoise | 0.3 (0.2–0.5) | 1.00 | 0 | – |');
  });

  test('leaves a ratio out whose baseline was not measured', () => {
    const alone = { ...results, rows: results.rows.filter(({ contestant }) => contestant === 'hare') };
    expect(renderPage([race], [alone])).toContain('| hare | 9.0 (1.0–10.0) |  | 3,600 | 2,000 of 3,000 |');
  });

  test('shows a ratio to another contestant in each row, where the column says so', () => {
    const columns = [
      { title: '× the other', figure: 'speed', summary: 'median', digits: 2, relativeTo: otherAnimal },
    ] as const satisfies Scenario['columns'];
    const page = renderPage([{ ...race, columns }], [results]);
    expect(page).toContain('| hare | 36.00 |');
    expect(page).toContain('| tortoise | 0.03 |');
  });

  test('says why a contestant was skipped, and compares nothing with it', () => {
    const skipped = { contestant: 'tortoise', samples: [], skipped: 'tortoise is not installed here' };
    const rows = [skipped, ...results.rows.filter(({ contestant }) => contestant === 'hare')];
    const page = renderPage([race], [{ ...results, rows }]);
    expect(page).toContain('| tortoise | skipped: tortoise is not installed here |  |  |  |\n');
    expect(page).toContain('| hare | 9.0 (1.0–10.0) |  | 3,600 | 2,000 of 3,000 |');
    expect(page).toContain('3 runs each');
  });

  test('explains only the contestants that have something to explain', () => {
    const contestants = race.contestants.map(({ name, packages }) => ({ name, packages, measure }));
    const [hare, ...others] = contestants.map((one, index) => (index === 0 ? { ...one, note: 'sleeps' } : one));
    const page = renderPage([{ ...race, contestants: [hare!, ...others] }], [results]);
    expect(page).toMatch(/\n- \*\*hare\*\*: sleeps\n$/);
    expect(page).not.toContain('**tortoise**');
  });

  test('is not made from samples that lack a figure', () => {
    const rows = [{ contestant: 'hare', samples: [{ speed: 1 }] }];
    expect(() => renderPage([race], [{ ...results, rows }])).toThrow('FIGURE_MISSING: a sample has no "nap"');
  });
});

describe('the table of scenarios', () => {
  test('gives each scenario and each of its contestants a name of its own', () => {
    const names = scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { contestants } of scenarios) {
      expect(new Set(contestants.map(({ name }) => name)).size).toBe(contestants.length);
    }
  });

  test('compares with contestants that exist', () => {
    for (const { contestants, columns } of scenarios) {
      const names = contestants.map(({ name }) => name);
      const baselines = columns.flatMap(({ relativeTo = [] }) =>
        typeof relativeTo === 'function' ? names.map(relativeTo) : relativeTo,
      );
      expect(baselines).not.toEqual([]);
      expect(names).toEqual(expect.arrayContaining(baselines));
    }
  });
});
