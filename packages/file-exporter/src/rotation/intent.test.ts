import { describe, expect, test } from 'vitest';

import { formatIntent, movesLeft, parseIntent, type Intent, type IntendedMove } from './intent.ts';

const move = (number: number, inode: number, replaces: boolean = false): IntendedMove => ({
  number,
  replaces,
  device: 1,
  inode,
});
const intent: Intent = {
  moves: [move(1, 11, true), move(0, 10)],
  retiring: [{ file: 'a.log.2', firstSeq: 1, lastSeq: 9, lastHash: 'abc' }],
};

describe('an intent', () => {
  test('is read as it was written', () => {
    expect(parseIntent(formatIntent(intent))).toEqual(intent);
    expect(parseIntent(formatIntent({ moves: [], retiring: [] }))).toEqual({ moves: [], retiring: [] });
  });

  test('is one of nothing wherever its writer has died while writing it', () => {
    const bytes = formatIntent(intent);
    // The newline at the end is all that it can do without.
    for (let end = 0; end < bytes.length - 1; end++)
      expect(parseIntent(bytes.subarray(0, end)), `cut at ${end}`).toEqual({ moves: [], retiring: [] });
  });

  test.each([
    ['null', null],
    ['a list, as earlier versions wrote it', [move(0, 10)]],
    ['a number', 7],
    ['a path for a number', { moves: [{ ...move(0, 10), number: '../../passwd' }], retiring: [] }],
    ['a negative number', { moves: [move(-1, 10)], retiring: [] }],
    ['a fraction', { moves: [move(0.5, 10)], retiring: [] }],
    ['a move without an inode', { moves: [{ number: 0, replaces: false, device: 1 }], retiring: [] }],
    ['a move that is nothing', { moves: [null], retiring: [] }],
    ['a retired file without numbers', { moves: [], retiring: [{ file: 'a.log.2' }] }],
    ['no list of retired files', { moves: [] }],
  ])('is one of nothing when it is %s', (...[, value]) => {
    expect(parseIntent(Buffer.from(JSON.stringify(value)))).toEqual({ moves: [], retiring: [] });
  });
});

describe('what is left to move', () => {
  const moves = [move(2, 12, true), move(1, 11), move(0, 10)];
  const leftWith = (inodes: Readonly<Record<number, number>>): number[] =>
    movesLeft(moves, (number) => {
      const inode = inodes[number];
      return inode === undefined ? undefined : { device: 1, inode };
    }).map(({ number }) => number);

  test.each([
    ['all of it, before the first', { 0: 10, 1: 11, 2: 12, 3: 13 }, [2, 1, 0]],
    ['all of it, with the oldest removed', { 0: 10, 1: 11, 2: 12 }, [2, 1, 0]],
    ['the rest, in the middle', { 0: 10, 1: 11, 3: 12 }, [1, 0]],
    ['the file itself, at last', { 0: 10, 2: 11, 3: 12 }, [0]],
    ['nothing, after the last', { 1: 10, 2: 11, 3: 12 }, []],
    ['nothing, after the last, with a new file already there', { 0: 99, 1: 10, 2: 11, 3: 12 }, []],
    ['nothing, where somebody has taken a number that is needed', { 0: 10, 1: 11, 2: 99, 3: 12 }, []],
    ['what is there, where somebody has removed a file', { 0: 10, 2: 12, 3: 13 }, [2, 0]],
    ['nothing, where everything was removed', {}, []],
  ])('%s', (...[, inodes, left]) => {
    expect(leftWith(inodes)).toEqual(left);
  });

  test('is not what has the number of an inode on another device', () => {
    expect(movesLeft([move(0, 10)], (number) => (number === 0 ? { device: 2, inode: 10 } : undefined))).toEqual([]);
  });
});
