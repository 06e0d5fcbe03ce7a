import { describe, expect, test } from 'vitest';

import { backupPath, cascade } from './cascade.ts';

function movesOf(backups: number, existing: readonly number[]): string[] {
  return cascade(backups, (number) => existing.includes(number)).map(
    ({ number, replaces }) => `${number} to ${number + 1}${replaces ? ', in place of what is there' : ''}`,
  );
}

describe('the moves that make room', () => {
  test.each([
    ['the file alone', 3, [0], ['0 to 1']],
    ['the oldest first and the file last', 3, [0, 1, 2], ['2 to 3', '1 to 2', '0 to 1']],
    ['the oldest goes', 3, [0, 1, 2, 3], ['2 to 3, in place of what is there', '1 to 2', '0 to 1']],
    ['one backup alone is replaced by the file', 1, [0, 1], ['0 to 1, in place of what is there']],
    ['a gap stays, and nothing goes for it', 4, [0, 1, 3], ['3 to 4', '1 to 2', '0 to 1']],
    ['the oldest stays where nothing takes its number', 3, [0, 1, 3], ['1 to 2', '0 to 1']],
    [
      'what is beyond the count is nobody’s business',
      2,
      [0, 1, 2, 3, 7],
      ['1 to 2, in place of what is there', '0 to 1'],
    ],
    ['no file, and its backups move all the same', 3, [1], ['1 to 2']],
    ['no backups', 0, [0, 1], []],
  ])('%s', (...[, backups, existing, moves]) => {
    expect(movesOf(backups, existing)).toEqual(moves);
  });
});

test('a backup has its number behind the name of the file, which is number 0', () => {
  expect([0, 1, 12].map((number) => backupPath('/logs/a.log', number))).toEqual([
    '/logs/a.log',
    '/logs/a.log.1',
    '/logs/a.log.12',
  ]);
});
