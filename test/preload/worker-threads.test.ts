/** Threads have one way into the files, which is through the main thread: what they record is there once, however they end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verifyTrail } from '@sentrikat/file-exporter';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { forbiddenLines, linesWithBackups, parseDetailed, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';

const program = `${import.meta.dirname}/fixtures/threads.cjs`;
const many = 2000;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'threads-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function run(how: string, ...options: string[]): Promise<Ending> {
  return startProgram({ args: [...options, program, how], env: { LOG_DIR: directory } }).ended();
}

function audited(): unknown[] {
  return parseJsonLines(readLog(directory, 'audit')).map(({ message }) => message);
}

function numbered(name: string, count: number = many): string[] {
  return Array.from({ length: count }, (...[, index]) => `${name} ${index}`);
}

test('what several threads record, and threads of theirs, is there once, in the order of each', async () => {
  expect(await run('in several threads, and in threads of threads', ...preload)).toMatchObject({ code: 0, stderr: '' });
  const messages = audited();
  const names = ['a', 'b', 'c', 'aa', 'bb', 'cc', 'aaaa', 'bbbb', 'cccc'];
  expect(messages).toHaveLength(1 + names.length * many);
  for (const name of names)
    expect(messages.filter((message) => String(message).startsWith(`${name} `))).toEqual(numbered(name));
  expect(await verifyTrail({ path: join(directory, 'audit.log') })).toMatchObject({ isWhole: true });
});

test.each([
  'and the process exits',
  'and the thread is terminated',
  'and a signal ends the process',
  'and an exception ends the process',
  'and the thread exits',
  'and the thread fails',
])('nothing that was recorded before is lost, and all else is as without the preload: %s', async (how) => {
  const [bare, watched] = await Promise.all([run(how), run(how, ...preload)]);
  expect(watched).toEqual(bare);
  expect(audited()).toEqual(numbered('thread'));
});

test('a thread that never stops to record does not keep the process from its end, nor lose what came before', async () => {
  const ending = await run('and the process exits while the thread goes on recording', ...preload);
  expect(ending).toMatchObject({ code: 3, signal: null, stderr: '' });
  const messages = linesWithBackups(directory, 'audit').map((line) => parseJsonLines(`${line}\n`)[0]?.['message']);
  expect(messages.slice(0, many)).toEqual(numbered('thread'));
});

test('a thread that nothing waits for does not keep the process', async () => {
  const ending = await run('and nothing keeps the process', ...preload);
  expect(ending).toMatchObject({ code: 0, signal: null, stderr: '' });
});

test('what there is no room for while the main thread is busy is counted', async () => {
  expect(await run('and the main thread is busy', ...preload)).toMatchObject({ code: 0, stderr: '' });
  expect(audited()).toEqual(numbered('thread', 10_000));
  expect(parseDetailed(readLog(directory, 'application'))).toMatchObject([
    {
      level: 'WARNING',
      message: '500 records of other threads are missing here: the main thread was busy for too long',
    },
  ]);
});

test.each(['by every way there is', 'by every way there is, without the flag'])(
  'every API records in a thread; its servers are not watched, and it says nothing of being a worker: %s',
  async (how) => {
    const ending = await run(how, ...preload);
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(ending.stdout).toBe('on the platter: true\nrefused: AUDIT_ENTRY_INVALID\n');
    expect(parseDetailed(readLog(directory, 'security')).map(({ message }) => message)).toEqual([
      '[authn.login.failure] user:bob ip:- reason:bad_password',
    ]);
    expect(parseJsonLines(readLog(directory, 'audit'))).toMatchObject([{ message: 'UPDATE users:7', seq: 1 }]);
    expect(readLog(directory, 'audit')).not.toContain('hunter2');
    const application = parseDetailed(readLog(directory, 'application')).map(({ message }) => message);
    expect(application).toEqual(['by the old API', 'it failed']);
    const errors = parseDetailed(readLog(directory, 'error'));
    expect(errors.map(({ message }) => message)).toEqual(['it failed']);
    expect(errors[0]?.continuation[0]).toBe('RangeError: too far');
    expect(readLog(directory, 'access')).toBe('');
  },
);

test('what cannot be copied from thread to thread is recorded as far as it can be read', async () => {
  const ending = await run('what can hardly be copied', ...preload);
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  const lines = parseJsonLines(readLog(directory, 'audit'));
  expect(lines.map(({ message }) => message)).toEqual([
    expect.stringContaining('[circular]'),
    'attributes',
    'time',
    'a record could not be read: a getter of the application',
  ]);
  expect(lines[2]?.['timestamp']).toBe('1970-01-01T00:00:00.000000Z');
  expect(readLog(directory, 'application')).toContain('): no such scope\n');
  expect(forbiddenLines(directory)).toEqual([]);
});

test('a thread without the flag records nothing, unless by an API of ours', async () => {
  expect(await run('and has no flag', ...preload)).toMatchObject({ code: 0, stderr: '' });
  expect(audited()).toEqual([]);
});
