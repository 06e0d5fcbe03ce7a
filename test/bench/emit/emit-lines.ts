/** Logs as a server does that handles several requests between two polls: so many calls in each turn of the event loop. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Destination } from './destination.ts';

const callsPerTurn = 100;

/** Logs events `first` to `first + count - 1`, and waits where the destination asks for it. */
export async function emitLines({ log }: Destination, first: number, count: number): Promise<void> {
  const end = first + count;
  for (let sequence = first; sequence < end;) {
    for (const endOfTurn = Math.min(sequence + callsPerTurn, end); sequence < endOfTurn; sequence++) {
      const room = log(sequence);
      if (room !== undefined) await room;
    }
    await nextTurn();
  }
}
