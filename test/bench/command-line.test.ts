import { expect, test } from 'vitest';

import { helpText, parseCommandLine } from './command-line.ts';

const names = ['emit', 'request', 'start-up'];

test('without options everything runs at full size', () => {
  expect(parseCommandLine([], names)).toEqual({ isHelp: false, isQuick: false, isPageOnly: false, scenarios: names });
});

test('--only takes names with commas, and repeatedly', () => {
  expect(parseCommandLine(['--only', 'emit,start-up'], names).scenarios).toEqual(['emit', 'start-up']);
  expect(parseCommandLine(['--only=emit', '--only', 'request'], names).scenarios).toEqual(['emit', 'request']);
});

test('--json names a file', () => {
  expect(parseCommandLine(['--quick', '--json', 'a.json'], names)).toMatchObject({ isQuick: true, jsonFile: 'a.json' });
});

test('an unknown benchmark is refused, with those there are', () => {
  expect(() => parseCommandLine(['--only', 'emit,emitt'], names)).toThrow(
    /^UNKNOWN_SCENARIO: there is no benchmark "emitt"\n {2}why {3}.+\n {2}do {4}choose from emit, request, start-up$/,
  );
});

test.each([['--fast'], ['emit'], ['--json']])('%s is refused, with a remedy', (argument) => {
  expect(() => parseCommandLine([argument], names)).toThrow(/^UNKNOWN_OPTION: [^]+--help/);
});

test('the help names every benchmark, and every option it shows is understood', () => {
  const help = helpText(names);
  for (const name of names) expect(help).toContain(name);
  const options = new Set(help.match(/--[a-z]+/g));
  expect(options.size).toBeGreaterThan(4);
  for (const option of options) {
    const value = { '--only': ['emit'], '--json': ['x'] }[option] ?? [];
    expect(() => parseCommandLine([option, ...value], names)).not.toThrow();
  }
});
