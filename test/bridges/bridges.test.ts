/** What an application tells its own logger is in the seven files as well, and nobody can tell that from the logger. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { concerns, type ConcernName } from '@sentrikat/file-exporter';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { parseDetailed, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';

const fixtures = `${import.meta.dirname}/fixtures`;
const all = 'pino, winston, bunyan, console';
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bridges-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function run(program: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const options = { args: [...preload, `${fixtures}/${program}`, ...args], env: { LOG_DIR: directory, ...env } };
  return startProgram(options).ended();
}

function runAlone(program: string, args: readonly string[]): Promise<Ending> {
  return startProgram({ args: [`${fixtures}/${program}`, ...args] }).ended();
}

/** The records of a text file: level, message, and the first line of the stack where there is one. */
function recordsOf(name: ConcernName): string[] {
  return parseDetailed(readLog(directory, name)).map(({ level, module, message, continuation: [first] }) =>
    [level, `${module}:`, message, ...(first === undefined ? [] : [`(${first})`])].join(' '),
  );
}

function linesOf(name: 'audit' | 'performance'): Record<string, unknown>[] {
  return parseJsonLines(readLog(directory, name));
}

const error = '(TypeError: no such table)';

interface Expected {
  readonly application: readonly string[];
  readonly security?: readonly string[];
  readonly ldap?: readonly string[];
  readonly isAudited?: true;
}

const expected: Readonly<Record<string, Expected>> = {
  pino: {
    application: [
      'INFO pino: started on port 80',
      'INFO pino: a word of its own',
      `ERROR pino: cannot read ${error}`,
      `ERROR pino: no such table ${error}`,
      'INFO pino: {"nested": {"list": [1, {"two": 2}]}, "at": "1970-01-01T00:00:00.000Z"}',
      'INFO pino: masked ***',
    ],
    security: ['WARNING pino: refused', 'WARNING pino: refused again'],
    ldap: ['INFO pino: bound'],
    isAudited: true,
  },
  bunyan: {
    application: [
      'INFO bunyan: started on port 80',
      'INFO bunyan: a word of its own',
      `ERROR bunyan: cannot read ${error}`,
      `ERROR bunyan: no such table ${error}`,
      'INFO bunyan: {"name": "shop", "nested": {"list": [1, {"two": 2}]}, "at": "1970-01-01T00:00:00.000Z"}',
      'INFO console: true 1 [ 30 ]',
    ],
    security: ['WARNING bunyan: refused', 'WARNING bunyan: refused again'],
    ldap: ['INFO bunyan: bound'],
    isAudited: true,
  },
  winston: {
    application: [
      'INFO winston: started on port 80',
      'INFO winston: a word of its own',
      `ERROR winston: cannot read ${error}`,
      `ERROR winston: cannot read: no such table ${error}`,
      `ERROR winston: no such table ${error}`,
      'INFO winston: {"an": "object"}',
      `ERROR winston: no such table ${error}`,
      'WARNING winston: coloured',
      'INFO winston: printed as it is',
      'INFO winston: ***',
      'INFO winston: by way of the console',
      'CRITICAL winston: by another name',
      'INFO console: 1 false 22',
    ],
    security: ['WARNING winston: refused'],
    ldap: ['INFO winston: bound'],
    isAudited: true,
  },
  console: {
    application: [
      'INFO console: started on port 80',
      'INFO console: { nested: { list: [ 1 ] } }',
      'WARNING console: refused',
      `ERROR console: cannot read no such table ${error}`,
      `ERROR console: no such table ${error}`,
      'WARNING console: Assertion failed: is false',
      expect.stringContaining('(index)') as string,
      "INFO console: 'directly'",
      'INFO console: log 0 25',
    ],
  },
};

describe.each(Object.entries(expected))('%s', (...[name, { application, security = [], ldap = [], isAudited }]) => {
  test.each(['require', 'import'])('is heard in the file of each concern when it came by %s', async (how) => {
    expect(await run('logs.cjs', [name, how], { SENTRIKAT_BRIDGES: all })).toMatchObject({ code: 0 });
    expect(recordsOf('application')).toEqual(application);
    expect(recordsOf('error')).toEqual(application.filter((line) => /^(ERROR|CRITICAL)/.test(String(line))));
    expect(recordsOf('security')).toEqual(security);
    expect(recordsOf('ldap')).toEqual(ldap);
    const audited = isAudited ? [{ message: 'role created', user_id: 'alice', scope: name }] : [];
    expect(linesOf('audit')).toMatchObject(audited);
    expect(concerns.filter((row) => readLog(directory, row.name).includes('correct horse'))).toEqual([]);
  });

  test.each(['require', 'import'])('prints the same bytes with the preload as without, by %s', async (how) => {
    const without = await runAlone('logs.cjs', [name, how]);
    expect(without).toMatchObject({ code: 0 });
    expect(without.stdout).not.toBe('');
    expect(await run('logs.cjs', [name, how], { SENTRIKAT_BRIDGES: all })).toEqual(without);
  });
});

test.each(['pino', 'winston', 'bunyan'])(
  '%s is heard once where one imports it and another requires it',
  async (name) => {
    expect(await run('imported-and-required.mjs', [name])).toMatchObject({ code: 0 });
    expect(recordsOf('application')).toEqual([`INFO ${name}: once`]);
  },
);
describe.each(['pino', 'bunyan', 'winston'])('%s within a span', (name) => {
  test.each(['require', 'import'])('has its ids in line and file, by %s', async (how) => {
    const { stdout } = await run('traced.cjs', [name, how]);
    const [span = {}, line] = parseJsonLines(stdout);
    expect(line).toMatchObject({ trace_id: span['traceId'], span_id: span['spanId'], trace_flags: '01' });
    expect(linesOf('audit')).toMatchObject([{ trace_id: span['traceId'], span_id: span['spanId'], message: 'within' }]);
    expect(linesOf('audit')[0]?.['attributes'] ?? {}).not.toHaveProperty('trace_id');
  });
});

test('pino may be made with `new`, under each of its names', async () => {
  const lines = Array.from({ length: 5 }, (...[, index]) => `number ${index}`);
  const { code, stdout, stderr } = await run('constructs.cjs');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(parseJsonLines(stdout).map(({ msg }) => msg)).toEqual(lines);
  expect(recordsOf('application')).toEqual(lines.map((line) => `INFO pino: ${line}`));
});

test('what pino keeps in memory is written when the application flushes it', async () => {
  expect(await run('flushes.cjs')).toMatchObject({ code: 0, stdout: '{"level":30,"msg":"kept in memory"}\n' });
  expect(recordsOf('application')).toEqual(['INFO pino: kept in memory']);
});

test('loggers that print through the console, log while they are read, and take the diagnostics, are no circle', async () => {
  const ending = await run('circles.cjs', [], { SENTRIKAT_BRIDGES: all });
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  // The application's own outputs have all of it.
  expect(ending.stdout.match(/from within/g)).toHaveLength(6);
  expect(recordsOf('application')).toEqual([
    'ERROR pino: diagnosis: asked for',
    'ERROR winston: diagnosis: asked for',
    'ERROR bunyan: diagnosis: asked for',
    'INFO pino: after all',
  ]);
  expect(linesOf('audit')).toMatchObject([
    { message: 'talkative', attributes: { talkative: 'read', 'sentrikat.unheard_records': 6 } },
  ]);
});

test('the console is not heard unless that is asked for', async () => {
  await run('logs.cjs', ['console', 'require']);
  expect(readLog(directory, 'application')).toBe('');
});

test('no logger is heard where none is wanted', async () => {
  await run('logs.cjs', ['pino', 'import'], { SENTRIKAT_BRIDGES: 'none' });
  expect(readLog(directory, 'application')).toBe('');
});

test('a bridge that does not exist is named, and the usual ones are there', async () => {
  const { stderr } = await run('logs.cjs', ['pino', 'require'], { SENTRIKAT_BRIDGES: 'pino, log4j' });
  expect(stderr).toContain('pino, log4j');
  expect(recordsOf('application')).toContain('INFO pino: started on port 80');
});
