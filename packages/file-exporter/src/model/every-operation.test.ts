import { describe, expect, test } from 'vitest';

import type { ErrorCode, Fault } from './faulty-process.ts';
import { runScenario } from './run-scenario.ts';
import type { Action, Scenario, Step } from './scenario.ts';

const errorCodes: readonly ErrorCode[] = ['ENOSPC', 'EIO', 'EACCES', 'EROFS', 'EMFILE'];
const shares = [0, 0.5, 0.99, 1];
/** How much of what was not synced is lost: by chance, and so that each of the ends is among them. */
const chances = [0, 1, 2, 7, 11];

const plain: Omit<Scenario, 'steps'> = {
  maxBytes: 60,
  backups: 3,
  emptyFileRollover: false,
  isTrail: false,
  checkpointEvery: 0,
  hasForeignWriters: false,
  isCompressing: false,
  writers: 2,
};
const trail = { ...plain, maxBytes: 700, isTrail: true, checkpointEvery: 4 };

/** Four files of two lines each, and then two lines of which the first asks for a rotation. */
const fillings = { plain: [10, 11], trail: [130, 131] };
const appendAll = (sizes: readonly number[], isDurable: boolean): Step =>
  step({ type: 'append', sizes, isDurable, isFlushed: true });
const rotations = (sizes: readonly number[], isDurable: boolean): Step[] =>
  Array.from({ length: 5 }, () => appendAll(sizes, isDurable));

/** In which one step, the last, is to suffer. */
const cases: readonly (readonly [name: string, scenario: Scenario])[] = [
  ['a rotation with three backups', { ...plain, steps: rotations(fillings.plain, false) }],
  ['a rotation of a trail', { ...trail, steps: rotations(fillings.trail, false) }],
  ['a rotation of durable lines', { ...trail, steps: rotations(fillings.trail, true) }],
  ['a durable append', { ...trail, steps: [appendAll([1], true)] }],
  ['the end of its sync', { ...trail, steps: [appendAll([1], true), step({ type: 'end-syncs' })] }],
  [
    'a durable append to a file that another process has made',
    {
      ...plain,
      steps: [
        appendAll([1], false),
        step({ type: 'restart' }, 1),
        { ...appendAll([1], true), writer: 1 },
        step({ type: 'end-syncs' }, 1),
      ],
    },
  ],
  [
    'a rotation that begins to compress a backup',
    { ...trail, isCompressing: true, steps: rotations(fillings.trail, false) },
  ],
  [
    'a backup that is compressed, and the next that is begun with',
    { ...trail, isCompressing: true, steps: [...rotations(fillings.trail, false), step({ type: 'end-syncs' })] },
  ],
  ['an append where others append too', { ...plain, hasForeignWriters: true, steps: rotations(fillings.plain, false) }],
];

describe.each(cases)('%s', (...[, scenario]) => {
  test('has operations that can suffer, and is well when none does', async () => {
    const { wrongs, operations } = await runScenario(scenario);
    expect(wrongs).toEqual([]);
    expect(operations.at(-1)).toBeGreaterThan(1);
  });

  test('loses nothing that was acknowledged when the writer dies before, in or after any operation', async () => {
    expect(
      await wrongsWith(scenario, (at) => shares.map((share) => [suffering(scenario, { at, effect: 'dies', share })])),
    ).toEqual([]);
  });

  test('nor when the next writer dies as well, at any operation with which it repairs that', async () => {
    const last = scenario.steps.at(-1);
    const again = {
      ...appendAll(fillings.trail, last?.action.type === 'append' && last.action.isDurable),
      writer: last?.writer ?? 0,
    };
    const restart = step({ type: 'restart' }, last?.writer);
    // Each of the two at every operation, but not in all combinations.
    const deaths = (at: number) =>
      Array.from({ length: 15 }, (...[, index]): Step[] => [
        suffering(scenario, { at, effect: 'dies', share: 1 }),
        restart,
        { ...again, fault: { at: index * 3 + (at % 3), effect: 'dies', share: at % 2 } },
      ]);
    expect(await wrongsWith(scenario, deaths)).toEqual([]);
  });

  test('keeps every durable line when the power is lost before, in or after any operation', async () => {
    const losses = (at: number) =>
      chances.flatMap((chance) =>
        [0, 0.5, 1].map((share): Step[] => [
          suffering(scenario, { at, effect: 'dies', share }),
          step({ type: 'lose-power', chance }),
        ]),
      );
    expect(await wrongsWith(scenario, losses)).toEqual([]);
  });

  test.each(chances)('keeps every durable line when the power is lost after it (%i)', async (chance) => {
    const { wrongs } = await runScenario({
      ...scenario,
      steps: [...scenario.steps, step({ type: 'lose-power', chance })],
    });
    expect(wrongs).toEqual([]);
  });

  test.each(errorCodes)('goes on when any operation fails once with %s', async (effect) => {
    const failures = (at: number) => [0, 0.99].map((share) => [suffering(scenario, { at, effect, share })]);
    expect(await wrongsWith(scenario, failures)).toEqual([]);
  });

  test.each(errorCodes)(
    'goes on, and loses no durable line with the power, when any operation fails once with %s',
    async (effect) => {
      const failures = (at: number) =>
        [0, 1].map((chance): Step[] => [
          suffering(scenario, { at, effect, share: 0 }),
          appendAll([1], true),
          step({ type: 'end-syncs' }),
          step({ type: 'lose-power', chance }),
        ]);
      expect(await wrongsWith(scenario, failures)).toEqual([]);
    },
  );
});

/** Runs the scenario once for each of its last step's operations and for each of the endings that are to take the place of that step. */
async function wrongsWith(scenario: Scenario, endings: (at: number) => readonly Step[][]): Promise<string[]> {
  const { operations } = await runScenario(scenario);
  const wrongs: string[] = [];
  for (let at = 0; at < (operations.at(-1) ?? 0); at++) {
    for (const ending of endings(at)) {
      const steps = [...scenario.steps.slice(0, -1), ...ending];
      const outcome = await runScenario({ ...scenario, steps });
      for (const wrong of outcome.wrongs) wrongs.push(`${JSON.stringify(ending)}: ${wrong}`);
    }
  }
  return wrongs.slice(0, 10);
}

function suffering({ steps }: Scenario, fault: Fault): Step {
  const last = steps.at(-1);
  if (last === undefined) throw new Error('a scenario has steps');
  return { ...last, fault };
}

function step(action: Action, writer: number = 0): Step {
  return { writer, action };
}
