import { expect, test } from 'vitest';

import { mergeResults, type ScenarioResults } from './results.ts';

const machine = { cpu: 'Abacus 3', cores: 2, memoryGiB: 24, kernel: 'Linux 6.18', node: 'v24.21.0' };

function measured(scenario: string, date: string): ScenarioResults {
  return { scenario, date, size: 'full', machine, versions: {}, rows: [] };
}

test('what was measured again replaces what was kept of it, and nothing else', () => {
  const earlier = [measured('emit', '2026-01-01'), measured('request', '2026-01-01')];
  const merged = mergeResults(earlier, [measured('emit', '2026-02-02'), measured('start-up', '2026-02-02')]);
  expect(merged.map(({ scenario, date }) => `${scenario} ${date}`)).toEqual([
    'request 2026-01-01',
    'emit 2026-02-02',
    'start-up 2026-02-02',
  ]);
});
