import { expect, test } from 'vitest';

import { arrange } from './arrangement.ts';
import type { Run } from './chain-reader.ts';

/** Runs as they stand, each `first-last`, of one chain: `h5` is the hash of line 5, unless an end is told otherwise. */
function runsOf(...texts: (string | readonly [text: string, ends: Partial<Run>])[]): readonly Run[] {
  return texts.map((given, at) => {
    const [text, ends] = typeof given === 'string' ? [given, {}] : given;
    const [firstSeq = 0, lastSeq = 0] = text.split('-').map(Number);
    const place = { file: 'audit.log', line: at };
    const hashes = { prevHash: `h${firstSeq - 1}`, lastHash: `h${lastSeq}` };
    return { at, first: place, last: place, firstSeq, lastSeq, ...hashes, loose: undefined, ...ends };
  });
}

function arranged(runs: readonly Run[]): { readonly order: string; readonly moved: string; readonly strays: string } {
  const { order, moved, strays } = arrange(runs);
  return { order: shown(order), moved: shown(moved), strays: shown(strays) };
}

function shown(runs: Iterable<Run>): string {
  return [...runs].map(({ firstSeq, lastSeq }) => `${firstSeq}-${lastSeq}`).join(' ');
}

test('nothing at all is in order', () => {
  expect(arranged([])).toEqual({ order: '', moved: '', strays: '' });
});

test('the trunk is what covers most numbers, and numbers that two runs have are counted once', () => {
  expect(arranged(runsOf('0-10', ['5-11', { prevHash: 'x' }], '11-13'))).toEqual({
    order: '0-10 11-13',
    moved: '',
    strays: '5-11',
  });
  expect(arranged(runsOf('0-10', ['8-30', { prevHash: 'x' }]))).toEqual({ order: '0-10 8-30', moved: '', strays: '' });
});

test('of two lines for one place, at the end, the later one is taken', () => {
  expect(arranged(runsOf('0-8', ['900-900', { prevHash: 'x' }], '10-10')).order).toBe('0-8 10-10');
});

test('a run that the trunk lacks was moved if its hashes fit at either end, and is a stray if at neither', () => {
  const stray = { prevHash: 'x', lastHash: 'y' };
  expect(arranged(runsOf('0-2', '6-6', '3-5', '7-9'))).toEqual({ order: '0-2 3-5 6-6 7-9', moved: '6-6', strays: '' });
  expect(arranged(runsOf('0-2', ['6-6', { prevHash: 'x' }], '3-5', '7-9')).moved).toBe('6-6');
  expect(arranged(runsOf('0-2', ['6-6', { lastHash: 'y' }], '3-5', '7-9')).moved).toBe('6-6');
  expect(arranged(runsOf('0-2', ['6-6', stray], '3-5', '7-9'))).toEqual({
    order: '0-2 3-5 7-9',
    moved: '',
    strays: '6-6',
  });
});

test('a run whose numbers the trunk has is a copy, however well its hashes fit', () => {
  expect(arranged(runsOf('0-4', '5-9', '2-4'))).toEqual({ order: '0-4 5-9', moved: '', strays: '2-4' });
  expect(arranged(runsOf('0-4', '5-9', '5-6'))).toEqual({ order: '0-4 5-9', moved: '', strays: '5-6' });
});
