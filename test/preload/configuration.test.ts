/** What each variable does to the files, and what is said about one that is wrong. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  linesOf,
  linesWithBackups,
  parseAccessLine,
  parseDetailed,
  parseJsonLines,
  readLog,
} from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';

const fixtures = `${import.meta.dirname}/fixtures`;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'configuration-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function run(args: readonly string[], env: Record<string, string>): Promise<Ending> {
  return startProgram({ args: [...preload, ...args], env: { LOG_DIR: directory, ...env } }).ended();
}

/** Emits one record of each severity, for each concern. */
const everySeverity = `
  const { logs } = require('@opentelemetry/api');
  for (const concern of ['audit', 'security', 'access', 'ldap', 'performance', 'error', 'application'])
    for (const severityNumber of [5, 9, 13, 17, 21])
      logs.getLogger('x', '1', { attributes: { 'sentrikat.concern': concern } }).emit({ severityNumber, body: 'x' });`;

describe('the lowest level of a file', () => {
  test.each([
    ['security', {}, ['WARNING', 'ERROR', 'CRITICAL']],
    ['security', { SENTRIKAT_SECURITY_FLOOR: 'INFO' }, ['INFO', 'WARNING', 'ERROR', 'CRITICAL']],
    ['ldap', { SENTRIKAT_LDAP_FLOOR: 'debug' }, ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']],
    ['ldap', { SENTRIKAT_LDAP_FLOOR: 'CRITICAL' }, ['CRITICAL']],
  ] as const)('of %s.log with %j', async (name, env, levels) => {
    expect(await run(['--eval', everySeverity], env)).toMatchObject({ code: 0, stderr: '' });
    expect(parseDetailed(readLog(directory, name)).map(({ level }) => level)).toEqual(levels);
  });
});

test('sizes and backups are those that are set', async () => {
  const program = `
    const logger = require('@opentelemetry/api').logs.getLogger('x', '1', { attributes: { 'sentrikat.concern': 'audit' } });
    for (let index = 0; index < 100; index++) logger.emit({ severityNumber: 9, body: 'record ' + index });`;
  await run(['--eval', program], { SENTRIKAT_AUDIT_MAX_BYTES: '1000', SENTRIKAT_AUDIT_BACKUPS: '2' });
  const kept = linesWithBackups(directory, 'audit').map((line) => JSON.parse(line) as { message: string });
  expect(kept.at(-1)?.message).toBe('record 99');
  expect(kept.length).toBeGreaterThan(6);
  expect(kept.length).toBeLessThan(20);
});

test('text is in the local time zone unless it is to be UTC, JSON always in UTC', async () => {
  expect(await hoursAheadOfJson({ TZ: 'Pacific/Kiritimati' })).toBe(14);
  expect(await hoursAheadOfJson({ TZ: 'Pacific/Kiritimati', SENTRIKAT_TIME_ZONE: 'utc' })).toBeCloseTo(0);
});

async function hoursAheadOfJson(env: Record<string, string>): Promise<number> {
  await run(['--eval', everySeverity], env);
  const text = /^\[(.*?)\]/.exec(linesOf(readLog(directory, 'ldap')).at(-1) ?? '')?.[1];
  const json = parseJsonLines(readLog(directory, 'audit')).at(-1)?.['timestamp'];
  return Math.round((Date.parse(`${text?.replace(' ', 'T')}Z`) - Date.parse(String(json))) / 3_600_000);
}

describe('a client behind a proxy', () => {
  const proxied = `
    const { createServer, get } = require('node:http');
    const server = createServer((request, response) => response.end());
    const headers = { 'x-forwarded-for': '203.0.113.9, 198.51.100.4' };
    server.listen(0, '127.0.0.1', () =>
      get({ port: server.address().port, headers }, (r) => r.resume().on('end', () => server.close())));`;

  test.each([
    [{}, '127.0.0.1'],
    [{ SENTRIKAT_TRUSTED_PROXIES: '127.0.0.0/8' }, '198.51.100.4'],
    [{ SENTRIKAT_TRUSTED_PROXIES: '127.0.0.1, 198.51.100.0/24' }, '203.0.113.9'],
    [{ SENTRIKAT_TRUSTED_PROXIES: '192.0.2.1' }, '127.0.0.1'],
  ])('with %j is %s', async (env, ip) => {
    expect(await run(['--eval', proxied], env)).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(readLog(directory, 'access')).map(parseAccessLine)).toMatchObject([{ ip }]);
  });

  test.each([
    [{}, '-'],
    [{ SENTRIKAT_TRUSTED_PROXIES: '127.0.0.0/8' }, '-'],
    [{ SENTRIKAT_TRUSTED_PROXIES: 'unix:' }, '198.51.100.4'],
    [{ SENTRIKAT_TRUSTED_PROXIES: '198.51.100.0/24, unix:' }, '203.0.113.9'],
  ])('and on the other side of a unix socket, with %j, is %s', async (env, ip) => {
    const overUnixSocket = proxied
      .replace("0, '127.0.0.1'", JSON.stringify(join(directory, 'server')))
      .replace('port:', 'socketPath:')
      .replace('.port', '');
    expect(await run(['--eval', overUnixSocket], env)).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(readLog(directory, 'access')).map(parseAccessLine)).toMatchObject([{ ip }]);
  });
});

describe('a slow endpoint', () => {
  const server = `
    const { createServer, get } = require('node:http');
    const server = createServer((request, response) => setTimeout(() => response.end(), 60));
    server.listen(0, () => get({ port: server.address().port, path: '/slow' }, (r) => r.resume().on('end', () => server.close())));`;

  test.each([
    [{}, []],
    [{ SENTRIKAT_SLOW_ENDPOINT_MS: '30' }, ['INFO SLOW: GET /slow took N']],
    [{ SENTRIKAT_VERY_SLOW_ENDPOINT_MS: '30' }, ['WARNING VERY SLOW: GET /slow took N']],
  ])('with %j', async (env, expected) => {
    await run(['--eval', server], env);
    const lines = parseJsonLines(readLog(directory, 'performance'));
    expect(lines.map(({ level, message }) => `${level} ${String(message).replace(/[\d.]+ms/, 'N')}`)).toEqual(expected);
  });
});

describe('a mistake', () => {
  test('in a name is said, with what was meant, on standard error and in application.log', async () => {
    const ending = await run([`${fixtures}/service.cjs`], { SENTRIKAT_SLOW_QUERRY_MS: '100' });
    expect(ending.code).toBe(0);
    expect(ending.stderr).toMatch(
      /^UNKNOWN_VARIABLE: "SENTRIKAT_SLOW_QUERRY_MS" .*did you mean "SENTRIKAT_SLOW_QUERY_MS"\?\n {2}why .+\n {2}do .+\n$/,
    );
    expect(readLog(directory, 'application')).toContain('UNKNOWN_VARIABLE: "SENTRIKAT_SLOW_QUERRY_MS"');
  });

  test('in a value is said, with what it may be, and the default is used', async () => {
    const ending = await run(['--eval', everySeverity], { SENTRIKAT_SECURITY_FLOOR: 'LOUD\u001b[2J' });
    expect(ending.stderr).toMatch(
      /^INVALID_VALUE: SENTRIKAT_SECURITY_FLOOR is "LOUD\\u001b\[2J", which is not one of DEBUG, .*\n {2}why .*WARNING\n {2}do .+\n$/,
    );
    expect(parseDetailed(readLog(directory, 'security')).map(({ level }) => level)).toEqual([
      'WARNING',
      'ERROR',
      'CRITICAL',
    ]);
  });

  test('is said once by a cluster, not by each of its workers', async () => {
    const ending = await run([`${fixtures}/cluster.cjs`], { SENTRIKAT_AUDIT_BACKUPS: '-1' });
    expect(ending.stderr.match(/INVALID_VALUE/g)).toHaveLength(1);
  });
});
