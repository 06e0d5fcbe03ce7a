import { expect, test } from 'vitest';

import { helpText, parseCommandLine } from './command-line.ts';

const names = ['differential', 'model', 'chaos'];

test('without options everything runs for ten minutes, with seeds of its own choice', () => {
  expect(parseCommandLine([], names)).toEqual({ isHelp: false, minutes: 10, parts: names });
});

test('takes a time, a seed and parts', () => {
  expect(parseCommandLine(['--minutes', '0.5', '--seed=0', '--only', 'chaos,model'], names)).toEqual({
    isHelp: false,
    minutes: 0.5,
    seed: 0,
    parts: ['chaos', 'model'],
  });
});

test('an unknown part is refused, with those there are', () => {
  expect(() => parseCommandLine(['--only', 'chaos,chaoss'], names)).toThrow(
    /^UNKNOWN_PART: there is nothing called "chaoss" to run\n {2}why {3}.+\n {2}do {4}choose from differential, model, chaos$/,
  );
});

test.each([
  [['--minutes', '0']],
  [['--minutes', 'ten']],
  [['--seed', '1.5']],
  [['--seed', '']],
  [['--seed', '4294967296']],
  [['--fast']],
  [['chaos']],
  [['--seed']],
])('%j is refused, with a remedy', (args) => {
  expect(() => parseCommandLine(args, names)).toThrow(/^(NOT_A_NUMBER|NOT_A_SEED|UNKNOWN_OPTION): [^]+\n {2}do {4}.+/);
});

test('the help names every part, and every option it shows is understood', () => {
  const help = helpText(names);
  for (const name of names) expect(help).toContain(name);
  const options = new Set(help.match(/--[a-z]+/g));
  expect(options.size).toBe(4);
  for (const option of options) {
    const value = { '--only': ['chaos'], '--minutes': ['5'], '--seed': ['5'] }[option] ?? [];
    expect(() => parseCommandLine([option, ...value], names)).not.toThrow();
  }
});
