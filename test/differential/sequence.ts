/**
 * A life of a log directory: what was in it before, and what the writer and others then do to it, one thing after another.
 * Sequences are drawn at random, small enough that limits are hit exactly, and shrink to the least that still shows a difference.
 */
import * as fc from 'fast-check';

/** The log file's name; backups have a number after it. */
export const logName = 'a.log';

export type Entry =
  | { readonly kind: 'file'; readonly text: string }
  /** With a file in it, by which it is told from others. */
  | { readonly kind: 'directory'; readonly text: string }
  | { readonly kind: 'link'; readonly target: string };

export type Action =
  /** Lines without their ends, of one turn. */
  | { readonly type: 'write'; readonly lines: readonly string[] }
  /** The process ends, and another begins. */
  | { readonly type: 'restart' }
  | { readonly type: 'remove'; readonly name: string }
  | { readonly type: 'move'; readonly from: string; readonly to: string }
  /** In place of what was there. */
  | { readonly type: 'put'; readonly name: string; readonly entry: Entry }
  | { readonly type: 'append'; readonly name: string; readonly text: string };

export interface Sequence {
  readonly maxBytes: number;
  readonly backups: number;
  readonly before: Readonly<Record<string, Entry>>;
  readonly actions: readonly Action[];
}

const backupNames = ['1', '2', '3', '4', '5', '7', '10'].map((number) => `${logName}.${number}`);
/**
 * Where links lead: to a file there may be, to a folder there always is, into one that never is, and to what is no file. Not to the logs
 * themselves: a rotation then moves away what a link leads to, and it is of use to nobody what comes of that.
 */
const targets = ['target', 'absent', 'folder', 'missing/target', '/dev/null'];

/** One to four bytes a character; a letter and its accent; a line within a line. */
const anyUnit = fc.constantFrom('a', 'b', 'é', '€', '😀', 'e\u0301', '\u2028', '\n  ');
const line = (longest: number) =>
  fc.oneof(
    { weight: 250, arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: longest }) },
    { weight: 150, arbitrary: fc.string({ unit: anyUnit, maxLength: longest }) },
    { weight: 1, arbitrary: fc.constantFrom('\ud83d', '\ude00\ud83d') },
  );
const text = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.array(line(30), { maxLength: 4 }).map((lines) => lines.map((each) => `${each}\n`).join('')),
  },
  { weight: 1, arbitrary: line(20) },
);
const entry = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('file' as const), text }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('directory' as const), text }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('link' as const), target: fc.constantFrom(...targets) }) },
);
const name = fc.oneof(fc.constant(logName), fc.constantFrom(...backupNames), fc.constant('target'));

const action = (longest: number): fc.Arbitrary<Action> =>
  fc.oneof(
    {
      weight: 16,
      arbitrary: fc.record({ type: fc.constant('write' as const), lines: fc.array(line(longest), { maxLength: 8 }) }),
    },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('remove' as const), name }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('move' as const), from: name, to: name }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('put' as const), name, entry }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('append' as const), name, text }) },
  );

/** Files of a few dozen bytes, whose limits are hit exactly; and some of a size at which a turn takes more than one write. */
const small: fc.Arbitrary<Sequence> = fc
  .record({
    maxBytes: fc.oneof(
      { weight: 1, arbitrary: fc.integer({ min: -1, max: 1 }) },
      { weight: 9, arbitrary: fc.integer({ min: 2, max: 80 }) },
    ),
    backups: fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 2, max: 5 })),
  })
  .chain(({ maxBytes, backups }) =>
    fc.record({
      maxBytes: fc.constant(maxBytes),
      backups: fc.constant(backups),
      before: fc.oneof(fc.constant({}), fc.dictionary(name, entry, { maxKeys: 8, noNullPrototype: true })),
      actions: fc.array(action(Math.max(4, maxBytes)), { minLength: 1, maxLength: 16, size: 'max' }),
    }),
  );

const stretched = small.map((sequence): Sequence => {
  const { maxBytes, actions } = sequence;
  const stretch = (each: Action): Action =>
    each.type === 'write' ? { ...each, lines: each.lines.map((one) => one.repeat(stretching)) } : each;
  return { ...sequence, maxBytes: maxBytes * stretching, actions: actions.map(stretch) };
});
const stretching = 2_000;

export const sequences: fc.Arbitrary<Sequence> = fc.oneof(
  { weight: 40, arbitrary: small },
  { weight: 1, arbitrary: stretched },
);
