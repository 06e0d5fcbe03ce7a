/** A file whose callers wait for its platter, with as little around it as that takes. */
import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';

import { jsonLine } from '../processes/json-line.ts';
import type { OpenTrail, Trail } from './trail.ts';

const sync = promisify(fdatasync);

export const openGroupCommit: OpenTrail = (directory) => openSyncedFile(directory, Number.POSITIVE_INFINITY);

export const openSyncPerRecord: OpenTrail = (directory) => openSyncedFile(directory, 1);

interface Waiter {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function openSyncedFile(directory: string, groupSize: number): Trail {
  const descriptor = openSync(join(directory, 'audit.log'), 'a');
  let waiting: Waiter[] = [];
  let isWriting = false;
  return { record, close: async () => closeSync(descriptor) };

  function record(sequence: number): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ line: `${jsonLine(sequence, new Date())}\n`, resolve, reject });
      if (!isWriting) void writeAll();
    });
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      // Who has just been answered is let in, else every other group would be of one.
      if (groupSize > 1) await nextTurn();
      const group = waiting.slice(0, groupSize);
      waiting = waiting.slice(groupSize);
      await settle(group);
    }
    isWriting = false;
  }

  async function settle(group: readonly Waiter[]): Promise<void> {
    try {
      writeSync(descriptor, group.map(({ line }) => line).join(''));
      await sync(descriptor);
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
