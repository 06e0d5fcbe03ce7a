import { setTimeout as wait } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { setTimeoutUnreferenced } from './unreferenced-timer.ts';

test('runs its callback, with its arguments, and does not keep the process alive', async () => {
  const calls: unknown[] = [];
  const timer = setTimeoutUnreferenced((...args: unknown[]) => calls.push(args), 1, ...(['a', 2] as unknown as []));
  expect(timer.hasRef()).toBe(false);
  await wait(20);
  expect(calls).toEqual([['a', 2]]);
});
