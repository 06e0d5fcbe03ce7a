import { describe, expect, test } from 'vitest';

import { backupPath, cascade } from './cascade.ts';
import { countCharacters, nextStep } from './next-step.ts';

const policy = { maxBytes: 100, backups: 3, emptyFileRollover: false };
const seen = { size: 50, isRegularFile: true };

describe('a file rotates', () => {
  test.each([
    [49, 'append'],
    [50, 'rotate'],
    [51, 'rotate'],
  ])('when size and %i characters reach the limit, which no file ever has: %s', (characters, step) => {
    expect(nextStep(seen, policy, characters)).toBe(step);
  });

  test('never without a limit, without backups, or when it is no regular file', () => {
    expect(nextStep(seen, { ...policy, maxBytes: 0 }, 1000)).toBe('append');
    expect(nextStep(seen, { ...policy, backups: 0 }, 1000)).toBe('append');
    expect(nextStep({ ...seen, isRegularFile: false }, policy, 1000)).toBe('append');
  });

  test('when empty only under the rule of CPython before 3.13', () => {
    const empty = { ...seen, size: 0 };
    expect(nextStep(empty, policy, 1000)).toBe('append');
    expect(nextStep(empty, { ...policy, emptyFileRollover: true }, 1000)).toBe('rotate');
  });
});

test.each([
  ['', 0],
  ['abc\n', 4],
  ['é\n', 2],
  ['😀😀\n', 3],
  ['\ud83d', 1],
  ['\ud83da\ude00', 3],
])('%j has %i characters, as Python counts', (text, characters) => {
  expect(countCharacters(Buffer.from(text))).toBe(characters);
});

describe('the cascade', () => {
  test('moves the oldest first and the file itself last', () => {
    expect(moves(['a', 'a.1', 'a.2'], 3)).toEqual(['a.2 > a.3', 'a.1 > a.2', 'a > a.1']);
  });

  test('removes the backup beyond the count', () => {
    expect(moves(['a', 'a.1', 'a.2'], 2)).toEqual(['rm a.2', 'a.1 > a.2', 'a > a.1']);
  });

  test('does not close gaps: it destroys .4 of .1 .3 .4 .7 although .2 is free, and leaves .7 alone', () => {
    expect(moves(['a', 'a.1', 'a.3', 'a.4', 'a.7'], 4)).toEqual(['rm a.4', 'a.3 > a.4', 'a.1 > a.2', 'a > a.1']);
  });
});

function moves(names: string[], backups: number): string[] {
  const present = new Set(names);
  return cascade(backups, (number) => present.has(backupPath('a', number))).flatMap(({ number, replaces }) => [
    ...(replaces ? [`rm ${backupPath('a', number + 1)}`] : []),
    `${backupPath('a', number)} > ${backupPath('a', number + 1)}`,
  ]);
}
