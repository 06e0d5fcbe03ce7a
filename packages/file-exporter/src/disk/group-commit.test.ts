import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';

import { GroupCommit } from './group-commit.ts';
import { LineQueue } from './line-queue.ts';
import { linesOf } from './line-queue.test-setup.ts';

let commit: GroupCommit;
/** What the callers were told, in order. */
let told: string[];

beforeEach(() => {
  commit = new GroupCommit();
  told = [];
});

function add(place: number, deadline: number = 0): void {
  commit.add({
    place,
    deadline,
    resolve: () => told.push(`${place} kept`),
    reject: (reason) => told.push(`${place} ${reason.message}`),
  });
}

const failure = new Error('EIO');

describe('lines that share a sync', () => {
  test('are told together, and only of what was written before it began', () => {
    for (const place of [1, 2, 3]) add(place);
    commit.noteWritten(2);
    const group = commit.beginSync();
    commit.noteWritten(3);
    expect(told).toEqual([]);
    commit.endSync(group!);
    expect(told).toEqual(['1 kept', '2 kept']);
    commit.endSync(commit.beginSync()!);
    expect(told.at(-1)).toBe('3 kept');
  });

  test('wait for the one that is under way', () => {
    for (const place of [1, 2]) add(place);
    commit.noteWritten(1);
    const group = commit.beginSync();
    commit.noteWritten(2);
    expect(commit.beginSync()).toBeUndefined();
    commit.endSync(group!, failure);
    expect(commit.beginSync()?.waiters.map(({ place }) => place)).toEqual([2]);
    expect(told).toEqual(['1 EIO']);
  });

  test('are synced only if there are any', () => {
    add(1);
    expect(commit.beginSync()).toBeUndefined();
    expect(commit.hasUnsynced).toBe(false);
    expect(commit.unwrittenLines).toBe(1);
  });
});

describe('before the file is closed', () => {
  beforeEach(() => {
    for (const place of [1, 2, 3]) add(place);
    commit.noteWritten(1);
  });

  test('what was synced is kept, if no other sync is under way', () => {
    commit.letGo();
    expect(told).toEqual(['1 kept']);
    expect(commit.hasUnsynced).toBe(false);
  });

  test('what was synced hangs on the sync that is under way, which alone may hear of an error', () => {
    const group = commit.beginSync()!;
    commit.noteWritten(2);
    commit.letGo();
    expect(group.isLetGo).toBe(true);
    expect(told).toEqual([]);
    commit.endSync(group, failure);
    expect(told).toEqual(['1 EIO', '2 EIO']);
  });

  test('what could not be synced is rejected at once, and once', () => {
    const group = commit.beginSync()!;
    commit.noteWritten(2);
    commit.letGo(failure);
    commit.endSync(group);
    expect(told).toEqual(['1 EIO', '2 EIO']);
  });

  test('leaves the next file a sync of its own, with the old one still under way', () => {
    const old = commit.beginSync()!;
    commit.letGo();
    commit.noteWritten(3);
    const next = commit.beginSync()!;
    expect(next.waiters.map(({ place }) => place)).toEqual([2, 3]);
    commit.endSync(old);
    expect(told).toEqual(['1 kept']);
    expect(commit.beginSync()).toBeUndefined();
  });
});

describe('giving up', () => {
  test('gives up what is not written, and nothing else', () => {
    for (const place of [1, 2]) add(place);
    commit.noteWritten(1);
    expect(commit.giveUp(failure)).toEqual(new Set([2]));
    expect(told).toEqual(['2 EIO']);
    expect(commit.hasUnsynced).toBe(true);
  });

  test('gives up only those whose time is up, where it is told the time', () => {
    add(1, 10);
    add(2, 20);
    expect(commit.giveUp(failure, 15)).toEqual(new Set([1]));
    expect(commit.unwrittenLines).toBe(1);
  });

  test('agrees with the queue about which line is whose, whatever else waits between them', () => {
    const action = fc.oneof(
      fc.record({ type: fc.constant('push'), isDurable: fc.boolean() }),
      fc.record({ type: fc.constant('shift'), count: fc.nat({ max: 3 }) }),
      fc.record({ type: fc.constant('giveUp'), until: fc.nat({ max: 40 }) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40, size: 'max' }), (actions) => {
        const [queue, group] = [new LineQueue(), new GroupCommit()];
        const outcomes = new Map<string, string>();
        const gone = new Set<string>();
        for (const [time, step] of actions.entries()) {
          const before = linesOf(queue);
          if ('isDurable' in step) {
            const line = `${time} ${step.isDurable ? 'durable' : 'plain'}`;
            queue.push(line);
            const place = queue.takenLines + queue.length;
            const settle = (outcome: string) => () => void outcomes.set(line, outcome);
            if (step.isDurable)
              group.add({ place, deadline: time, resolve: settle('written'), reject: settle('given up') });
          } else if ('count' in step) {
            queue.shift(Math.min(step.count, queue.length));
            group.noteWritten(queue.takenLines);
            group.letGo();
            for (const line of before) if (!linesOf(queue).includes(line)) gone.add(line);
          } else queue.withdraw(group.giveUp(failure, step.until));
        }
        // Who waits for a line that has left is told so at once.
        for (const line of gone)
          expect(outcomes.get(line) ?? 'plain', line).toBe(line.endsWith('plain') ? 'plain' : 'written');
        for (const [line, outcome] of outcomes) {
          expect(gone.has(line), line).toBe(outcome === 'written');
          expect(linesOf(queue)).not.toContain(line);
        }
        // What is in no list and was not written has been given up: never a line that nobody waits for.
        const plain = actions.flatMap((step, time) =>
          'isDurable' in step && !step.isDurable ? [`${time} plain`] : [],
        );
        expect(plain.filter((line) => !gone.has(line) && !linesOf(queue).includes(line))).toEqual([]);
      }),
    );
  });
});
