import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LineQueue, type Line } from './line-queue.ts';
import { linesOf } from './line-queue.test-setup.ts';

const MiB = 1024 * 1024;

function queueOf(...lines: string[]): LineQueue {
  const queue = new LineQueue();
  for (const line of lines) queue.push(line);
  return queue;
}

function bytesOf(text: string): Line {
  const bytes = Buffer.from(text);
  return { length: bytes.length, copyTo: (target, start) => void bytes.copy(target, start) };
}

describe('a queue of lines', () => {
  test('holds the same lines as a list, and knows their bytes, whatever comes and leaves', () => {
    const line = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('x'.repeat(70_000), 'é😀'.repeat(9_000)));
    const action = fc.oneof(
      fc.record({ push: line, areBytes: fc.boolean() }),
      fc.record({ shift: fc.nat({ max: 3 }) }),
      fc.record({ withdraw: fc.uniqueArray(fc.integer({ min: 1, max: 6 })) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40, size: 'max' }), (actions) => {
        const queue = new LineQueue();
        let expected: string[] = [];
        for (const step of actions) {
          if ('push' in step) {
            queue.push(step.areBytes ? bytesOf(step.push) : step.push);
            expected.push(step.push);
          } else if ('shift' in step) {
            const count = Math.min(step.shift, queue.length);
            queue.shift(count);
            expected = expected.slice(count);
          } else {
            queue.withdraw(new Set(step.withdraw.map((nth) => queue.takenLines + nth)));
            expected = expected.filter((_, index) => !step.withdraw.includes(index + 1));
          }
          expect(linesOf(queue)).toEqual(expected);
          expect(queue.bytes).toBe(Buffer.byteLength(expected.join('')));
          expect(Buffer.from(queue.view(0, queue.length)).toString()).toBe(expected.join(''));
        }
      }),
    );
  });

  test('takes back lines by the place at which they would have left, counted from the very first', () => {
    const queue = queueOf('1', '2', '3', '4', '5');
    queue.shift(2);
    queue.withdraw(new Set([3, 5]));
    expect(linesOf(queue)).toEqual(['4']);
  });

  test('does not count what is taken back as having left', () => {
    const queue = queueOf('1', '2', '3');
    queue.shift(1);
    queue.withdraw(new Set([2]));
    expect(queue.takenLines).toBe(1);
    queue.withdraw(new Set([2]));
    expect(linesOf(queue)).toEqual([]);
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
