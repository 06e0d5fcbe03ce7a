/**
 * Scenarios in which something was once wrong, shrunk to what it takes, and what it was. They are data and no seeds, since what a seed
 * makes changes with whatever can happen; only the operation that a fault befalls is a number that may mean another one by now.
 */
import type { Action, Scenario, Step } from './scenario.ts';

export interface FoundScenario {
  readonly found: string;
  readonly scenario: Scenario;
}

const tiny: Omit<Scenario, 'steps'> = {
  maxBytes: 1,
  backups: 3,
  emptyFileRollover: false,
  isTrail: false,
  checkpointEvery: 0,
  hasForeignWriters: false,
  isCompressing: false,
  writers: 1,
};
const trail = { ...tiny, isTrail: true };

export const foundScenarios: readonly FoundScenario[] = [
  {
    found:
      'a trail rotated without end: what it had to tell of a rotation asked for another, before the line that had asked',
    scenario: { ...trail, backups: 1, steps: [step(append([0, 0, 0]))] },
  },
  {
    found: 'the lines of a trail’s next file were on the platter, and those that they hold were not',
    scenario: {
      ...trail,
      writers: 2,
      steps: [step(append([0])), step(append([0, 0], 'durable'), 1), step({ type: 'lose-power', chance: 0 })],
    },
  },
  {
    found:
      'a writer that had read where the trail stands, and written nothing, forgot it with the file that retention took',
    scenario: {
      ...trail,
      backups: 1,
      emptyFileRollover: true,
      writers: 2,
      steps: [
        step(append([0])),
        step(append([0]), 1),
        { ...step(append([0]), 1), fault: { at: 15, effect: 'dies', share: 0.99 } },
      ],
    },
  },
  {
    found: 'a trail began anew when the writer died that had rotated its last sealed line away',
    scenario: {
      ...trail,
      backups: 1,
      emptyFileRollover: true,
      writers: 2,
      steps: [
        step(append([0])),
        step(append([0], 'waiting')),
        { ...step({ type: 'restart' }), fault: { at: 14, effect: 'dies', share: 0.99 } },
        { ...step(append([0]), 1), fault: { at: 37, effect: 'dies', share: 1 } },
      ],
    },
  },
  {
    found: 'half a line at the end of a renamed file was taken for the line that the trail goes on from',
    scenario: {
      ...trail,
      backups: 50,
      steps: [step({ type: 'append-from-outside', size: 0, isHalf: true }), step({ type: 'rename', to: 'backup' })],
    },
  },
  {
    found: 'without the lock, a line was appended behind a dead writer’s half',
    scenario: {
      ...tiny,
      backups: 0,
      steps: [
        step({ type: 'append-from-outside', size: 0, isHalf: true }),
        step(append([0], 'waiting')),
        step({ type: 'append-without-lock' }),
      ],
    },
  },
  {
    found: 'the trail was not told what a dead writer’s rotation had taken',
    scenario: {
      ...trail,
      backups: 1,
      steps: [step(append([0, 0])), { ...step(append([0])), fault: { at: 21, effect: 'dies', share: 0 } }],
    },
  },
  {
    found: 'a new intent was written over one that the trail had not been told of, on a full disk',
    scenario: {
      ...trail,
      steps: [
        step(append([0, 0, 0, 0])),
        { ...step(append([0])), fault: { at: 24, effect: 'EROFS', share: 0 } },
        step({ type: 'restart' }),
        step({ type: 'fill', room: 0 }),
        step(append([0])),
      ],
    },
  },
  {
    found: 'a line that lacked nothing but its newline got it, and was written a second time',
    scenario: {
      ...tiny,
      maxBytes: 0,
      backups: 0,
      hasForeignWriters: true,
      steps: [
        step(append([103, 0], 'waiting')),
        step({ type: 'fill', room: 229 }),
        step({ type: 'flush', timeoutMillis: 0 }),
      ],
    },
  },
  {
    found: 'a sync succeeded after one that had failed, and vouched for what that had lost',
    scenario: {
      ...tiny,
      backups: 0,
      steps: [
        step(append([0], 'durable')),
        step(append([0], 'durable')),
        step({ type: 'end-syncs', code: 'EIO' }),
        step({ type: 'lose-power', chance: 0 }),
      ],
    },
  },
  {
    found: 'a file’s name was on the platter only where the process that waited for it had made the file',
    scenario: {
      ...tiny,
      backups: 0,
      steps: [
        step(append([0])),
        step({ type: 'restart' }),
        step(append([0], 'durable')),
        step({ type: 'end-syncs' }),
        step({ type: 'lose-power', chance: 0 }),
      ],
    },
  },
  {
    found: 'the trail was told that the oldest backup is gone, which stays where there is a hole before it',
    scenario: {
      ...trail,
      emptyFileRollover: true,
      writers: 2,
      steps: [step(append([0, 0, 0, 0])), step({ type: 'lose-power', chance: 647_613_196 })],
    },
  },
  {
    found: 'a backup got the compressed form of another, which was gone, and whose inode it had',
    scenario: {
      ...tiny,
      backups: 50,
      isCompressing: true,
      steps: [step(append([0, 0, 0, 0])), step({ type: 'remove', what: 'directory' }), step(append([0, 0, 0, 0, 0]))],
    },
  },
  {
    found: 'a writer that remembered less than retention had taken went on from what it remembered',
    scenario: {
      ...trail,
      backups: 1,
      emptyFileRollover: true,
      writers: 2,
      steps: [
        {
          ...step(append([0])),
          meanwhile: { at: 0, step: step(append([0], 'waiting'), 1) },
        },
        { ...step({ type: 'restart' }, 1), fault: { at: 25, effect: 'EACCES', share: 0 } },
        step({ type: 'fill', room: 121 }),
        step(append([0]), 1),
      ],
    },
  },
  {
    found: 'half a line that nobody could cut off was held by none, when retention had taken all with a seal',
    scenario: {
      ...trail,
      maxBytes: 125,
      backups: 1,
      emptyFileRollover: true,
      hasForeignWriters: true,
      steps: [
        step(append([0], 'waiting')),
        step({ type: 'append', sizes: [0], isDurable: true, isFlushed: false }),
        { ...step({ type: 'flush', timeoutMillis: 0 }), fault: { at: 22, effect: 'ENOSPC', share: 0 } },
        step({ type: 'fill', room: 197 }),
        step(append([1])),
      ],
    },
  },
  {
    found: 'the power took what the trail had been told of retention, and with it the number of its last line',
    scenario: {
      ...trail,
      backups: 1,
      emptyFileRollover: true,
      writers: 2,
      steps: [
        step(append([0]), 1),
        { ...step(append([0]), 1), fault: { at: 9, effect: 'dies', share: 0.99 } },
        step(append([0])),
        step({ type: 'lose-power', chance: 44_201_308 }),
      ],
    },
  },
  {
    found: 'the power brought an intent back when another file had the inode that it names, which was renamed',
    scenario: {
      ...trail,
      backups: 1,
      emptyFileRollover: true,
      writers: 2,
      steps: [
        {
          ...step(append([0, 0]), 1),
          fault: { at: 37, effect: 'dies', share: 0.99 },
          meanwhile: { at: 0, step: step(append([0, 0], 'waiting')) },
        },
        step({ type: 'flush', timeoutMillis: 0 }),
        { ...step(append([0])), fault: { at: 19, effect: 'dies', share: 0 } },
        step({ type: 'lose-power', chance: 0 }),
      ],
    },
  },
];

function append(sizes: readonly number[], how: 'written' | 'waiting' | 'durable' = 'written'): Action {
  return { type: 'append', sizes, isDurable: how === 'durable', isFlushed: how !== 'waiting' };
}

function step(action: Action, writer: number = 0): Step {
  return { writer, action };
}
