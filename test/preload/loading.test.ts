/** The one flag works in each of its spellings, for CommonJS and for ES modules, and once however often it is given. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { concerns } from '@sentrikat/file-exporter';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { linesOf, parseAccessLine, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type ProgramOptions } from '../instruments/program.ts';

const specifier = '@sentrikat/instrumentation/register';
const fixtures = `${import.meta.dirname}/fixtures`;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'loading-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function run(options: ProgramOptions) {
  return startProgram({ ...options, env: { LOG_DIR: directory, ...options.env } }).ended();
}

const spellings: readonly (readonly [string, Pick<ProgramOptions, 'args' | 'env'>])[] = [
  ['--require', { args: ['--require', specifier] }],
  ['--import', { args: ['--import', specifier] }],
  ['NODE_OPTIONS', { args: [], env: { NODE_OPTIONS: `--require ${specifier}` } }],
  ['NODE_OPTIONS with --import', { args: [], env: { NODE_OPTIONS: `--import ${specifier}` } }],
  [
    'all of them at once',
    { args: [...preload, '--import', specifier], env: { NODE_OPTIONS: `--require ${specifier}` } },
  ],
];

describe.each(spellings)('%s', (...[, { args, env }]) => {
  test.each(['service.cjs', 'service.mjs'])('gives %s one access line, and its request a trace', async (service) => {
    const ending = await run({ args: [...args, `${fixtures}/${service}`], ...(env && { env }) });
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    expect(ending.stdout).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(linesOf(readLog(directory, 'access')).map(parseAccessLine)).toMatchObject([
      { method: 'GET', path: '/hello', status: '200', user: 'anonymous', ip: '127.0.0.1', userAgent: '-' },
    ]);
  });
});

test('makes the seven files, readable by their group and by nobody else', async () => {
  const inside = join(directory, 'made', 'for', 'it');
  await run({ args: [...preload, `${fixtures}/service.cjs`], env: { LOG_DIR: inside } });
  const files = readdirSync(inside).filter((name) => !name.startsWith('.'));
  expect(files.toSorted()).toEqual(concerns.map(({ file }) => file).toSorted());
  expect(files.map((name) => statSync(join(inside, name)).mode & 0o777)).toEqual(files.map(() => 0o640));
  expect(statSync(inside).mode & 0o777).toBe(0o750);
});

test('does nothing at all where OpenTelemetry is disabled', async () => {
  const ending = await run({ args: [...preload, `${fixtures}/service.cjs`], env: { OTEL_SDK_DISABLED: 'true' } });
  expect(ending).toMatchObject({ code: 0, stdout: 'no trace', stderr: '' });
  expect(readdirSync(directory)).toEqual([]);
});

test('prints nothing, and sends nothing anywhere, by itself', async () => {
  const program = `
    const { connect } = require('node:net').Socket.prototype;
    require('node:net').Socket.prototype.connect = function (...args) {
      const [{ port } = {}] = [args].flat(2);
      if (String(port) === '4318') console.log('somebody connects to a collector');
      return connect.apply(this, args);
    };
    require(${JSON.stringify(`${fixtures}/service.cjs`)});
    setTimeout(() => {}, 1500);`;
  const ending = await run({ args: [...preload, '--eval', program] });
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  expect(ending.stdout).toMatch(/^00-[0-9a-f-]+$/);
});

test('says plainly that a Node is too old for it, and lets the service run', async () => {
  // The version is all that is told: an older Node is not to be had on every machine.
  const pretend = `Object.defineProperty(process, 'version', { value: 'v20.19.0' }); Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });`;
  const program = `${pretend} require('@sentrikat/instrumentation/register'); require(${JSON.stringify(`${fixtures}/service.cjs`)});`;
  const ending = await run({ args: ['--eval', program] });
  expect(ending).toMatchObject({ code: 0, stdout: 'no trace' });
  expect(ending.stderr).toMatch(/^NODE_TOO_OLD: .*v20\.19\.0.*\n {2}why .+\n {2}do .+\n$/);
});
