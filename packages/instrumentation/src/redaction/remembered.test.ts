import { expect, test } from 'vitest';

import { remembered } from './remembered.ts';

test('asks once for each name, however many there are, and again rather than remember them all', () => {
  const asked: string[] = [];
  const length = remembered((name) => {
    asked.push(name);
    return name.length;
  });
  expect([length('a'), length('bb'), length('a')]).toEqual([1, 2, 1]);
  expect(asked).toEqual(['a', 'bb']);
  for (let index = 0; index < 10_000; index++) length(String(index));
  asked.length = 0;
  for (let index = 9_000; index < 10_000; index++) length(String(index));
  expect(asked).toEqual([]);
  length('bb');
  expect(asked).toEqual(['bb']);
});

test('does not remember long names', () => {
  let asked = 0;
  const judge = remembered(() => ++asked);
  const name = 'x'.repeat(1000);
  expect([judge(name), judge(name)]).toEqual([1, 2]);
});
