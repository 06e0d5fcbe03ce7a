import { describe, expect, test } from 'vitest';

import { LineQueue } from './line-queue.ts';

const MiB = 1024 * 1024;

function queueOf(...lines: string[]): LineQueue {
  const queue = new LineQueue();
  for (const line of lines) queue.push(line);
  return queue;
}

describe('a queue of lines', () => {
  test('knows its characters, whatever leaves it and however', () => {
    const queue = queueOf('a', 'bb', 'ccc', 'dddd');
    expect(queue.characters).toBe(10);
    queue.shift(1);
    expect(queue.characters).toBe(9);
    queue.withdraw(new Set([3]));
    expect(queue.characters).toBe(6);
    queue.shift(2);
    expect(queue.characters).toBe(0);
  });

  test('takes back lines by the place at which they would have left, counted from the very first', () => {
    const queue = queueOf('1', '2', '3', '4', '5');
    queue.shift(2);
    queue.withdraw(new Set([3, 5]));
    expect(queue.lines).toEqual(['4']);
  });

  test('does not count what is taken back as having left', () => {
    const queue = queueOf('1', '2', '3');
    queue.shift(1);
    queue.withdraw(new Set([2]));
    expect(queue.takenLines).toBe(1);
    queue.withdraw(new Set([2]));
    expect(queue.lines).toEqual([]);
  });

  test('drops what is beyond 8 MiB, counts it once, and is not idle before it was asked how much', () => {
    const queue = queueOf('x'.repeat(8 * MiB));
    expect(queue.push('y')).toBe(false);
    expect(queue.isFullFor('y')).toBe(true);
    queue.shift(1);
    expect(queue.isIdle).toBe(false);
    expect(queue.takeDroppedCount()).toBe(1);
    expect(queue.takeDroppedCount()).toBe(0);
    expect(queue.isIdle).toBe(true);
    expect(queue.push('y')).toBe(true);
  });
});
