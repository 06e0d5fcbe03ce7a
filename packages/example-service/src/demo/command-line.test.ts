import { expect, test } from 'vitest';

import { help, parseCommandLine } from './command-line.ts';

test.each([
  [[], { type: 'run', once: false, directory: 'demo-logs' }],
  [['--once'], { type: 'run', once: true, directory: 'demo-logs' }],
  [['--dir', 'a b', '--once'], { type: 'run', once: true, directory: 'a b' }],
  [['--dir=-x'], { type: 'run', once: false, directory: '-x' }],
  [['--help', '--once'], { type: 'help' }],
  [['-h'], { type: 'help' }],
])('%j', (...[words, command]) => {
  expect(parseCommandLine(words)).toEqual(command);
});

test.each([
  [['--bogus'], 'Unknown option "--bogus"'],
  [['--dir'], 'Option "--dir <value>" argument missing'],
  [['--dir', '--once'], 'Option "--dir" argument is ambiguous'],
  [['--dir='], '"--dir" is empty'],
  [['--once=yes'], 'Option "--once" does not take an argument'],
  [['v1.2'], 'Unexpected argument "v1.2"'],
])('%j is refused: %s', (...[words, what]) => {
  expect(() => parseCommandLine(words)).toThrow(
    expect.objectContaining({
      message: `DEMO_USAGE: ${what}
  why   the demo knows --once, --dir DIR, --forward, --container and --help
  do    run "npm run demo -- --help" for examples`,
      exitCode: 2,
    }),
  );
});

test('the help fits a terminal of 120 columns', () => {
  expect(help.split('\n').filter((line) => line.length > 120)).toEqual([]);
});
