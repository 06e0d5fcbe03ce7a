/** Processes that share the seven files: workers of a cluster, their threads, and children. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { linesOf, linesWithBackups, parseAccessLine, parseDetailed, readLog } from '../instruments/log-files.ts';
import { preload, startProgram } from '../instruments/program.ts';

const fixtures = `${import.meta.dirname}/fixtures`;
const workerLine = 're-initialized DB pool + logging';
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'workers-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

test('each worker says once, in application.log and on standard output, that it has set itself up anew', async () => {
  const ending = await startProgram({
    args: [...preload, `${fixtures}/cluster.cjs`],
    env: { LOG_DIR: directory },
  }).ended();
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  const printed = linesOf(ending.stdout);
  // Three workers, and the one that takes the place of the one that was killed.
  expect(printed.filter((line) => line === 'pool opened')).toHaveLength(4);
  expect(printed.filter((line) => line === 'cache opened')).toHaveLength(4);
  expect(printed.filter((line) => line === workerLine)).toHaveLength(4);
  expect(recorded().filter((message) => message === workerLine)).toHaveLength(4);
});

test('a request to any worker has its line, and so has what a thread of a worker records', async () => {
  const ending = await startProgram({
    args: [...preload, `${fixtures}/cluster.cjs`],
    env: { LOG_DIR: directory },
  }).ended();
  expect(ending.code).toBe(0);
  const paths = linesOf(readLog(directory, 'access')).map((line) => parseAccessLine(line).path);
  expect(paths).toEqual(Array.from({ length: 4 }, () => '/from-worker'));
  expect(recorded().filter((message) => message !== workerLine)).toEqual(
    Array.from({ length: 4 }, () => 'from a thread'),
  );
});

function recorded(): string[] {
  return parseDetailed(readLog(directory, 'application')).map(({ message }) => message);
}

test('without the preload the hooks run, and nothing is said', async () => {
  const ending = await startProgram({ args: [`${fixtures}/cluster.cjs`] }).ended();
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  expect(linesOf(ending.stdout).filter((line) => line === 'pool opened')).toHaveLength(4);
  expect(ending.stdout).not.toContain(workerLine);
});

test('sixteen processes lose no line, tear none and write none twice, over many rotations', async () => {
  const processes = 16;
  const records = 500;
  const program = `
    const logger = require('@opentelemetry/api').logs.getLogger('x', '1', { attributes: { 'sentrikat.concern': 'audit' } });
    for (let index = 0; index < ${records}; index++) logger.emit({ severityNumber: 9, body: process.argv[1] + ' ' + index });`;
  const env = { LOG_DIR: directory, SENTRIKAT_AUDIT_MAX_BYTES: '65536', SENTRIKAT_AUDIT_BACKUPS: '1000' };
  const endings = await Promise.all(
    Array.from({ length: processes }, (...[, index]) =>
      startProgram({ args: [...preload, '--eval', program, String(index)], env }).ended(),
    ),
  );
  expect(endings.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(Array.from({ length: processes }, () => '0'));
  const messages = linesWithBackups(directory, 'audit').map((line) =>
    String((JSON.parse(line) as { message: unknown }).message),
  );
  expect(messages).toHaveLength(processes * records);
  for (let index = 0; index < processes; index++) {
    const own = messages.filter((message) => message.startsWith(`${index} `));
    expect(own).toEqual(Array.from({ length: records }, (...[, sequence]) => `${index} ${sequence}`));
  }
});
