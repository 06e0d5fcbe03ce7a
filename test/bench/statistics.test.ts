import { array, assert, double, property } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { median, ratioOfMedians, spread, sum } from './statistics.ts';

const values = array(double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 30 });

describe('the median', () => {
  test.each([
    [[7], 7],
    [[3, 1, 2], 2],
    [[10, 9, 1, 2], 5.5],
    [[5, 1_000_000, 4, 6, 3], 5],
  ])('of %j is %d', (given, expected) => {
    expect(median(given)).toBe(expected);
  });

  test('has as many values below it as above it', () => {
    assert(
      property(values, (given) => {
        const middle = median(given);
        const below = given.filter((value) => value < middle).length;
        const above = given.filter((value) => value > middle).length;
        expect(below).toBeLessThanOrEqual(given.length / 2);
        expect(above).toBeLessThanOrEqual(given.length / 2);
      }),
    );
  });

  test('leaves the values in their order', () => {
    const given = [3, 1, 2];
    median(given);
    expect(given).toEqual([3, 1, 2]);
  });
});

test('the ratio compares medians, so that one disturbed run does not count', () => {
  expect(ratioOfMedians([20, 21, 900], [10.5, 1, 11])).toBe(2);
});

test('the spread encloses every value', () => {
  assert(
    property(values, (given) => {
      const { lowest, highest } = spread(given);
      expect(given).toContain(lowest);
      expect(given).toContain(highest);
      expect(given.every((value) => value >= lowest && value <= highest)).toBe(true);
    }),
  );
});

test('nothing has a sum of 0, and neither a median nor a spread', () => {
  expect(sum([])).toBe(0);
  expect(() => median([])).toThrow('NO_SAMPLES');
  expect(() => spread([])).toThrow('NO_SAMPLES');
});
