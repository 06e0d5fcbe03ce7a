import { beforeEach, expect, test } from 'vitest';

import { runRounds, type Part } from './rounds.ts';

let now: number;
let printed: string;
let played: string[];

beforeEach(() => {
  now = 0;
  printed = '';
  played = [];
});

/** Takes twenty seconds. */
function part(name: string, faultySeed?: number): Part {
  return {
    name,
    async round(seed) {
      now += 20_000;
      played.push(`${name} ${seed}`);
      if (seed === faultySeed) throw new Error('a line is missing');
      return '7 lines';
    },
  };
}

function run(parts: readonly Part[], minutes: number): Promise<string> {
  return runRounds({ parts, minutes, seed: 40, now: () => now, print: (text) => (printed += text) });
}

test('runs the parts in turn, each round with the next seed, and finishes the round in which the time is over', async () => {
  expect(await run([part('a'), part('b')], 1)).toBe('2 rounds of a, b in 1:20, without a fault');
  expect(played).toEqual(['a 40', 'b 40', 'a 41', 'b 41']);
  expect(printed.split('\n')[2]).toBe('0:40  a, seed 41: 7 lines');
});

test('stops at the first fault, and says how to repeat it', async () => {
  await expect(run([part('a'), part('b', 41)], 10)).rejects.toThrow(
    /^FAULT_FOUND: b with seed 41: a line is missing\n {2}why {3}.+\n {2}do {4}repeat it with: npm run soak -- --only b --seed 41$/,
  );
  expect(played).toEqual(['a 40', 'b 40', 'a 41', 'b 41']);
});
