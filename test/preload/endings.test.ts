/**
 * However a process ends, short of SIGKILL, all that it emitted is in the file, and it ends as it would have: exit code,
 * signal and output are those of the same program without the preload.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { parseDetailed, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';

const program = `${import.meta.dirname}/fixtures/endings.cjs`;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'endings-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const;
const signalEndings = [
  'a signal',
  'a signal that is handled',
  'a signal that is handled in its own time',
  'a signal that is handled once, and again',
  'a signal, and a listener that dies of it if it is alone',
] as const;

/** What is in error.log, of those endings that leave something there. */
const crashes: Readonly<Record<string, string>> = {
  'an exception': 'CRITICAL uncaught exception: Error: nobody catches this',
  'an exception in a listener of exit': 'CRITICAL uncaught exception: Error: nobody catches this',
  'something that is no error': 'CRITICAL uncaught exception: undefined: undefined',
  'an exception that is handled': 'ERROR uncaught exception: Error: somebody catches this',
  'an import that does not exist': expect.stringContaining('does-not-exist.mjs') as string,
  'a rejection': 'CRITICAL unhandled rejection: Error: nobody handles this',
  'a rejection that is handled': 'ERROR unhandled rejection: Error: somebody handles this',
};

const endings: readonly (readonly [ending: string, ...signal: string[]])[] = [
  ['the loop drains'],
  ['process.exit'],
  ['process.exitCode'],
  ['an exit listener emits'],
  ['an exit listener exits otherwise'],
  ['a beforeExit listener works on'],
  ['an exception'],
  ['an exception in a listener of exit'],
  ['something that is no error'],
  ['an exception that is handled'],
  ['a rejection'],
  ['a rejection that is handled'],
  ['an import that does not exist'],
  ...signalEndings.flatMap((ending) => signals.map((signal) => [ending, signal] as const)),
];

test.each(endings)('%s %s', async (ending, ...signal) => {
  const run = (...options: string[]) =>
    startProgram({ args: [...options, program, ending, ...signal], env: { LOG_DIR: directory } }).ended();
  const [bare, watched] = await Promise.all([run(), run(...preload)]);
  expect(comparable(watched)).toEqual(comparable(bare));
  expect(bare.stdout).toContain('emitted');

  const emitted = Number(Array.from(watched.stdout.matchAll(/^emitted (\d+)$/gm)).at(-1)?.[1]);
  expect(emitted).toBeGreaterThanOrEqual(2000);
  const messages = parseJsonLines(readLog(directory, 'audit')).map(({ message }) => message);
  expect(messages).toEqual(Array.from({ length: emitted }, (...[, index]) => `record ${index}`));

  const errors = parseDetailed(readLog(directory, 'error'));
  const expected = [crashes[ending] ?? []].flat();
  expect(errors.map(({ level, message }) => `${level} ${message}`)).toEqual(expected);
});

/** An ending without what differs between any two runs. */
function comparable({ code, signal, stdout, stderr }: Ending): unknown {
  return {
    code,
    signal,
    // Until a signal arrives there is time for more or fewer records.
    stdout: stdout.replaceAll(/^emitted \d+\n/gm, ''),
    stderr: stderr
      // Node's own \`emit\` takes another branch for two listeners than for one.
      .replaceAll(/\(node:events:\d+:\d+\)/g, '(node:events)')
      // Below an import that cannot be resolved there are no frames but those of resolving, and a hook is one of them.
      .replaceAll(/^ {4}at .*(?:node:internal\/modules|node:diagnostics_channel|start\.cjs).*\n/gm, ''),
  };
}
