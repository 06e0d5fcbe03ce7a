/** Scenarios, made at random. */
import * as fc from 'fast-check';

import type { ErrorCode, Fault } from './faulty-process.ts';
import type { Action, Refusal, Scenario, Step, Trouble } from './scenario.ts';

const errorCodes: readonly ErrorCode[] = ['ENOSPC', 'EIO', 'EACCES', 'EROFS', 'EMFILE'];
const refusals: readonly Refusal[] = ['renaming', 'writing', 'opening', 'syncing', 'locking', 'reading'];
const maxWriters = 4;
const maxSteps = 30;
/** A turn that rotates has some thirty operations; later ones befall nothing. */
const maxOperations = 40;

const code = fc.constantFrom(...errorCodes);
const sizes = fc.array(fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 400 })), { minLength: 1, maxLength: 4 });
const size = fc.nat({ max: 50 });
const type = <Type extends string>(name: Type) => fc.constant(name);

interface Row {
  readonly weight: number;
  readonly action: fc.Arbitrary<Action>;
  /** Happens only in scenarios with this kind of trouble. */
  readonly trouble?: Trouble;
  /** Can happen in the middle of another writer's step. */
  readonly isSudden?: true;
}

const rows: readonly Row[] = [
  {
    weight: 400,
    action: fc.record({ type: type('append'), sizes, isDurable: fc.boolean(), isFlushed: fc.boolean() }),
    isSudden: true,
  },
  { weight: 150, action: fc.record({ type: type('flush'), timeoutMillis: fc.constantFrom(0, 50) }), isSudden: true },
  { weight: 30, action: fc.record({ type: type('request-checkpoint') }) },
  { weight: 60, action: fc.record({ type: type('restart') }), isSudden: true },
  { weight: 120, action: fc.record({ type: type('end-syncs') }), isSudden: true },
  { weight: 40, action: fc.record({ type: type('pass-time'), millis: fc.constantFrom(1, 100, 6_000) }) },
  { weight: 50, action: fc.record({ type: type('kill') }), trouble: 'deaths', isSudden: true },
  { weight: 40, action: fc.record({ type: type('lose-power'), chance: fc.nat() }), trouble: 'power', isSudden: true },
  { weight: 20, action: fc.record({ type: type('end-syncs'), code }), trouble: 'errors' },
  {
    weight: 50,
    action: fc.record({ type: type('refuse'), what: fc.constantFrom(...refusals), code }),
    trouble: 'errors',
  },
  { weight: 80, action: fc.record({ type: type('allow') }), trouble: 'errors' },
  { weight: 40, action: fc.record({ type: type('fill'), room: fc.nat({ max: 300 }) }), trouble: 'errors' },
  { weight: 60, action: fc.record({ type: type('free') }), trouble: 'errors' },
  { weight: 1, action: fc.record({ type: type('flood') }), trouble: 'errors' },
  { weight: 30, action: fc.record({ type: type('append-without-lock') }), trouble: 'outsiders' },
  {
    weight: 60,
    action: fc.record({ type: type('append-from-outside'), size, isHalf: fc.constant(false) }),
    trouble: 'outsiders',
    isSudden: true,
  },
  {
    weight: 30,
    action: fc.record({ type: type('append-from-outside'), size, isHalf: fc.constant(true) }),
    trouble: 'outsiders',
  },
  {
    weight: 30,
    action: fc.record({ type: type('rename'), to: fc.constantFrom('backup', 'elsewhere') }),
    trouble: 'outsiders',
  },
  {
    weight: 40,
    action: fc.record({
      type: type('remove'),
      what: fc.constantFrom('file', 'backup', 'directory', 'bookkeeping', 'lock'),
    }),
    trouble: 'outsiders',
  },
];

const noTrouble: readonly Trouble[] = ['none'];
const troubleSets: readonly (readonly Trouble[])[] = [
  noTrouble,
  ['deaths'],
  ['deaths'],
  ['power', 'deaths'],
  ['errors'],
  ['errors', 'deaths'],
  ['outsiders'],
  ['outsiders', 'deaths', 'errors', 'power'],
];

export const anyScenario: fc.Arbitrary<Scenario> = fc.constantFrom(...troubleSets).chain(scenarioWith);

function scenarioWith(troubles: readonly Trouble[]): fc.Arbitrary<Scenario> {
  const fault = anyFault(troubles);
  const suddenStep = step(actions(troubles, true), fault, undefined);
  return fc.record({
    maxBytes: fc.oneof(
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 700 }) },
    ),
    backups: fc.constantFrom(0, 1, 3, 3, 50),
    emptyFileRollover: fc.boolean(),
    isTrail: fc.boolean(),
    checkpointEvery: fc.constantFrom(0, 3),
    hasForeignWriters: fc.boolean(),
    isCompressing: fc.boolean(),
    writers: fc.integer({ min: 1, max: maxWriters }),
    steps: fc.array(step(actions(troubles, false), fault, suddenStep), { maxLength: maxSteps, size: 'max' }),
  });
}

function actions(troubles: readonly Trouble[], isSudden: boolean): fc.Arbitrary<Action> {
  const possible = rows.filter((row) => row.trouble === undefined || troubles.includes(row.trouble));
  const chosen = possible.filter((row) => !isSudden || row.isSudden);
  return fc.oneof(...chosen.map(({ weight, action }) => ({ weight, arbitrary: action })));
}

function anyFault(troubles: readonly Trouble[]): fc.Arbitrary<Fault> | undefined {
  const effects: Fault['effect'][] = [];
  if (troubles.includes('deaths')) effects.push('dies');
  if (troubles.includes('errors')) effects.push('short', ...errorCodes);
  if (effects.length === 0) return undefined;
  return fc.record({
    at: fc.nat({ max: maxOperations }),
    effect: fc.constantFrom(...effects),
    share: fc.constantFrom(0, 0.2, 0.7, 0.99, 1),
  });
}

function step(
  action: fc.Arbitrary<Action>,
  fault: fc.Arbitrary<Fault> | undefined,
  suddenStep: fc.Arbitrary<Step> | undefined,
): fc.Arbitrary<Step> {
  const writer = fc.nat({ max: maxWriters - 1 });
  return fc.record({
    writer,
    action,
    fault: fault === undefined ? fc.constant(undefined) : fc.option(fault, { freq: 3, nil: undefined }),
    meanwhile:
      suddenStep === undefined
        ? fc.constant(undefined)
        : fc.option(fc.record({ at: fc.nat({ max: maxOperations }), step: suddenStep }), { freq: 3, nil: undefined }),
  });
}
