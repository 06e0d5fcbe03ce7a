/** The life of the logging as its files tell it: the trail with SENTRIKAT_AUDIT_LIFECYCLE, and names that are all in the vocabulary. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { verifyTrail } from '@sentrikat/file-exporter';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { noteEventNames } from '../../packages/file-exporter/src/trail/note-events.ts';
import { loggingEvents } from '../../packages/instrumentation/src/vocabulary/logging-events.ts';
import { eventually, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';
import { readSourceTree } from '../tidy/source-tree.ts';

/** By its path, as a program here runs in a directory of its own. */
const register = createRequire(import.meta.url).resolve('@sentrikat/instrumentation/register');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logging-life-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function run(program: string, env: Record<string, string>, options: readonly string[] = preload): Promise<Ending> {
  return startProgram({ args: [...options, '--eval', program], env: { LOG_DIR: directory, ...env } }).ended();
}

function trail(place = directory): Record<string, unknown>[] {
  return parseJsonLines(readLog(place, 'audit'));
}

function eventsOf(lines: readonly Record<string, unknown>[]): string[] {
  return lines.map((line) => `${String(line['event'])}: ${String(line['message'])}`);
}

const audited = `
  const { audit } = require('@sentrikat/instrumentation/audit');
  audit.record({ action: 'DELETE', resource: 'users', target: 5 })`;

/** How a process ends that has nothing to do with us, and whether it can still say so. */
const endings: readonly (readonly [ending: string, program: string, canSay: boolean])[] = [
  ['by itself', '', true],
  ['by process.exit', '.then(() => process.exit(3))', true],
  ['by process.exitCode', '.then(() => (process.exitCode = 4))', true],
  ['by an exception', ".then(() => setImmediate(() => { throw new Error('a bug'); }))", true],
  ['by a rejection', ".then(() => Promise.reject(new Error('a bug')))", true],
  ['by a signal', ".then(() => { process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000); })", true],
  ['by SIGKILL', ".then(() => process.kill(process.pid, 'SIGKILL'))", false],
];

describe.each(endings)('a process that ends %s', (...[, program, canSay]) => {
  test('has its start and, where it can, its end in the trail, and ends as it would have', async () => {
    const bare = await run(`${audited}${program}`, {}, []);
    const { code, signal, stdout } = await run(`${audited}${program}`, { SENTRIKAT_AUDIT_LIFECYCLE: 'true' });
    expect({ code, signal, stdout }).toEqual({ code: bare.code, signal: bare.signal, stdout: bare.stdout });
    expect(eventsOf(trail())).toEqual([
      'logging.started: START audit_log',
      'user.deleted: DELETE users:5',
      ...(canSay ? ['logging.stopped: STOP audit_log'] : []),
    ]);
    expect(await verifyTrail({ path: join(directory, 'audit.log') })).toMatchObject({ isWhole: true });
  });

  test('has neither where nobody asks for it', async () => {
    await run(`${audited}${program}`, {});
    expect(eventsOf(trail())).toEqual(['user.deleted: DELETE users:5']);
  });
});

test('a process that records nothing says which one it was, and what it did', async () => {
  const { stdout } = await run('process.stdout.write(String(process.pid))', { SENTRIKAT_AUDIT_LIFECYCLE: 'true' });
  const common = { level: 'INFO', user_id: 'system', resource: 'audit_log' };
  const attributes = { 'event.outcome': 'success', 'process.pid': Number(stdout), 'sentrikat.actor.type': 'system' };
  expect(trail()).toMatchObject([
    { ...common, action: 'START', attributes },
    { ...common, action: 'STOP', attributes },
  ]);
});

test('each process of a cluster has its own', async () => {
  const program = join(directory, 'cluster.cjs');
  writeFileSync(
    program,
    `const cluster = require('node:cluster');
    if (cluster.isPrimary) for (let index = 0; index < 2; index++) cluster.fork();
    else cluster.worker.disconnect();`,
  );
  const env = { LOG_DIR: directory, SENTRIKAT_AUDIT_LIFECYCLE: 'true' };
  expect(await startProgram({ args: [...preload, program], env }).ended()).toMatchObject({ code: 0, stderr: '' });
  const byProcess = Map.groupBy(trail(), ({ attributes }) => (attributes as { 'process.pid': number })['process.pid']);
  const lives = Array.from(byProcess.values(), (lines) => lines.map(({ action }) => action).join(' '));
  expect(lives).toEqual(['START STOP', 'START STOP', 'START STOP']);
});

test('a trail that had to wait for its disk says so as soon as it can', async () => {
  // Directories in the place of the file, where it should be and where it would go instead.
  const places = [join(directory, 'logs', 'audit.log'), join(directory, 'app', 'logs', 'audit.log')];
  for (const place of places) mkdirSync(place, { recursive: true });
  const service = startProgram({
    args: ['--require', register, '--eval', "setInterval(() => {}, 1000); process.stdout.write('here\\n')"],
    env: { LOG_DIR: join(directory, 'logs'), SENTRIKAT_AUDIT_LIFECYCLE: 'true' },
    cwd: join(directory, 'app'),
  });
  try {
    await service.printed(/here/);
    for (const place of places) rmSync(place, { recursive: true });
    const actions = await eventually(() => {
      const seen = places.flatMap((place) => trail(join(place, '..'))).map(({ action }) => action);
      return seen.includes('RECOVER') ? seen : undefined;
    });
    expect(actions).toEqual(['START', 'DEGRADE', 'RECOVER']);
  } finally {
    await service.stop('SIGKILL');
  }
});

test('whatever the logging says of itself has a row in the vocabulary, and every row is said', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const isSaid = /'((?:logging|worker|app|audit)\.(?!log')[a-z_]+)'/g;
  const sources = readSourceTree(root).filter(
    ({ path }) =>
      /^packages\/(file-exporter|instrumentation)\/src\/.*\.ts$/.test(path) &&
      !/\.test\b|\.test-|vocabulary\//.test(path),
  );
  const said = new Set(sources.flatMap(({ text }) => Array.from(text.matchAll(isSaid), ([, name]) => name)));
  expect([...said].toSorted()).toEqual(loggingEvents.map(({ name }) => name).toSorted());
  expect([...said]).toEqual(expect.arrayContaining(Object.values(noteEventNames)));
});
