import { expect, test } from 'vitest';

import type { Destination } from './destination.ts';
import { emitLines } from './emit-lines.ts';

const close: Destination['close'] = async () => {};

test('logs each event once, in order, at most a hundred in one turn of the event loop', async () => {
  const sequences: number[] = [];
  const callsInTurns: number[] = [];
  let calls = 0;
  await emitLines(
    {
      log: (sequence) => {
        sequences.push(sequence);
        if (calls++ > 0) return;
        setImmediate(() => {
          callsInTurns.push(calls);
          calls = 0;
        });
      },
      close,
    },
    1_000,
    250,
  );
  expect(sequences).toEqual(Array.from({ length: 250 }, (_, index) => 1_000 + index));
  expect(callsInTurns).toEqual([100, 100, 50]);
});

test('waits where the destination asks for it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const sequences: number[] = [];
  const log: Destination['log'] = (sequence) => {
    sequences.push(sequence);
    return sequence === 1 ? promise : undefined;
  };
  const emitted = emitLines({ log, close }, 0, 3);
  await new Promise((isLater) => setImmediate(isLater));
  expect(sequences).toEqual([0, 1]);
  resolve();
  await emitted;
  expect(sequences).toEqual([0, 1, 2]);
});
