import { describe, expect, test } from 'vitest';

import type { Run, Unsealed } from './chain-reader.ts';
import { explainBreaks } from './explain-breaks.ts';
import type { LinePlace } from './finding.ts';
import type { Retirement } from './noted-line.ts';

function placeAt(line: number, file = 'audit.log'): LinePlace {
  return { file, line };
}

/** A run whose lines stand where their numbers say, of one chain: `h5` is the hash of line 5, unless told otherwise. */
function run(at: number, firstSeq: number, lastSeq: number, parts: Partial<Run> = {}): Run {
  const ends = { first: placeAt(firstSeq), last: placeAt(lastSeq) };
  return {
    at,
    firstSeq,
    lastSeq,
    ...ends,
    prevHash: `h${firstSeq - 1}`,
    lastHash: `h${lastSeq}`,
    loose: undefined,
    ...parts,
  };
}

function loose(line: number, lines: number, lastHash: string): Unsealed {
  return { first: placeAt(line), last: placeAt(line + lines - 1), lines, lastHash };
}

function retirement(lastSeq: number): Retirement {
  return { place: placeAt(99), seq: 99, file: 'audit.log.2', lastSeq, lastHash: `h${lastSeq}` };
}

function explained(runs: readonly Run[], retirements: readonly Retirement[] = []): readonly string[] {
  return explainBreaks(runs, retirements).findings.map(({ kind, line, lines }) => `${kind} ${line} of ${lines}`);
}

describe('a crack', () => {
  test('is in the line before if a later one vouches for the line behind it, and in doubt if none does', () => {
    const [certain] = explainBreaks([run(0, 0, 5), run(1, 6, 9, { prevHash: 'x' })], []).findings;
    const [doubtful] = explainBreaks([run(0, 0, 5), run(1, 6, 6, { prevHash: 'x' })], []).findings;
    expect([certain, doubtful]).toEqual([
      expect.objectContaining({ kind: 'line-edited', line: 5 }),
      expect.objectContaining({ kind: 'line-edited', line: 5 }),
    ]);
    const doubt = 'or the hash in that line was, for which no later line vouches';
    expect([certain?.message.includes(doubt), doubtful?.message.includes(doubt)]).toEqual([false, true]);
  });

  test('is in doubt as well where what vouches was removed', () => {
    const runs = [run(0, 0, 5), run(1, 6, 6, { prevHash: 'x' }), run(2, 9, 12, { prevHash: 'h6' })];
    expect(explainBreaks(runs, []).findings[0]?.message).toContain('for which no later line vouches');
  });

  test('behind lines without a seal is in the last of them, and said once', () => {
    expect(explained([run(0, 0, 5), run(1, 7, 9, { firstSeq: 6, prevHash: 'x', loose: loose(6, 2, 'y') })])).toEqual([
      'line-edited 7 of 1',
    ]);
  });

  test('in the first line is an edit of it if the next says so, and otherwise what the trail began behind', () => {
    const first = run(1, 1, 1, { prevHash: 'x', lastHash: 'y' });
    expect(explained([run(0, 0, 0), first, run(2, 2, 5)])).toEqual(['line-edited 1 of 1']);
    expect(explained([run(0, 0, 0), run(1, 1, 5, { prevHash: 'x' })])).toEqual(['unsealed-past 1 of 1']);
  });
});

describe('lines without a seal', () => {
  test('before a break are those that the line behind them remembers, or were put in', () => {
    const follower = { prevHash: 'y', loose: loose(6, 2, 'y') };
    expect(explained([run(0, 0, 5), run(1, 9, 12, follower)])).toEqual([
      'lines-deleted 9 of 3',
      'unsealed-lines 6 of 2',
    ]);
    expect(explained([run(0, 0, 5), run(1, 6, 9, { loose: loose(6, 2, 'y') })])).toEqual(['lines-inserted 6 of 2']);
  });

  test('take the place of lines that are missing, of as many as there are', () => {
    const next = (lines: number): Run => run(1, 9, 12, { prevHash: 'x', loose: loose(6, lines, 'y') });
    expect(explained([run(0, 0, 5), next(2)])).toEqual(['line-edited 6 of 2', 'lines-deleted 9 of 1']);
    expect(explained([run(0, 0, 5), next(3)])).toEqual(['line-edited 6 of 3']);
    expect(explained([run(0, 0, 5), next(4)])).toEqual(['line-edited 6 of 4']);
  });
});

describe('a gap', () => {
  const start = run(0, 0, 0);

  test('is excused by the last retirement before it, from whatever number that began', () => {
    expect(explained([start, run(1, 9, 12)], [retirement(8), retirement(4)])).toEqual(['retired 99 of 1']);
    expect(explained([start, run(1, 9, 12)], [retirement(6), retirement(4)])).toEqual([
      'retired 99 of 1',
      'beginning-missing 9 of 2',
    ]);
    expect(explained([start, run(1, 9, 12)], [retirement(9)])).toEqual(['beginning-missing 9 of 8']);
  });

  test('is excused where lines without a seal stand behind what was retired', () => {
    const first = run(1, 9, 12, { prevHash: 'y', loose: loose(1, 1, 'y') });
    expect(explained([start, first], [retirement(8)])).toEqual(['retired 99 of 1', 'unsealed-lines 1 of 1']);
  });

  test('over which hashes go on is nobody’s deletion', () => {
    expect(explained([run(0, 0, 5), run(1, 9, 12, { prevHash: 'h5' })])).toEqual(['numbers-broken 9 of 1']);
  });

  test('that moved lines fill is none, and what stands there was put in', () => {
    const runs = [run(0, 0, 5), run(1, 2, 3, { prevHash: 'x' }), run(2, 7, 9), run(3, 6, 6), run(4, 10, 12)];
    expect(explained(runs)).toEqual(['lines-inserted 2 of 2', 'lines-reordered 6 of 1']);
  });

  test('is filled by what stands in it, but not by what stands on the way to where lines were moved', () => {
    const stray = run(1, 2, 2, { prevHash: 'x', lastHash: 'y' });
    expect(explained([run(0, 0, 5), stray, run(2, 7, 9)])).toEqual(['line-edited 2 of 1']);
    expect(explained([run(0, 0, 5), run(1, 10, 12), { ...stray, at: 2 }, run(3, 8, 9)])).toEqual([
      'lines-inserted 2 of 1',
      'lines-deleted 8 of 2',
      'lines-reordered 8 of 2',
    ]);
  });

  test('between files is a missing file only if it is the whole of it, and exactly there', () => {
    const before = run(0, 0, 5, { last: placeAt(5, 'audit.log.1') });
    expect(explained([before, run(1, 9, 12, { first: placeAt(1) })])).toEqual(['backup-missing 1 of 3']);
    expect(explained([before, run(1, 9, 12, { first: placeAt(2) })])).toEqual(['lines-deleted 2 of 3']);
    const instead = { prevHash: 'x', loose: { ...loose(6, 1, 'y'), first: placeAt(6, 'audit.log.1') } };
    expect(explained([before, run(1, 9, 12, { first: placeAt(1), ...instead })])).toEqual([
      'line-edited 6 of 1',
      'lines-deleted 1 of 2',
    ]);
  });
});

test('what there is to say comes in the order in which it stands', () => {
  const runs = [run(0, 0, 5), run(1, 2, 2, { prevHash: 'x' }), run(2, 6, 9, { prevHash: 'x' }), run(3, 12, 13)];
  expect(explained(runs)).toEqual(['lines-inserted 2 of 1', 'line-edited 5 of 1', 'lines-deleted 12 of 2']);
});
