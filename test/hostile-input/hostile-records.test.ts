/** Hostile records through the public API: the process goes on, and each leaves a line that says what it was or that it cannot. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { forbiddenLines, linesOf, parseDetailed, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';

interface Said {
  readonly bodies: readonly string[];
  readonly records: readonly string[];
  /** What came out of `emit`, by record. */
  readonly thrown: Readonly<Record<string, string>>;
}

/** What the JSON line's `message` says for each body. */
const messages: Readonly<Record<string, RegExp>> = {
  cycle: /^\{"name": "cycle", "self": "\[circular\]"\}$/,
  bigint: /^12345678901234567890$/,
  'nested bigint': /"value": "?1"?/,
  'throwing getter': /"kept": "kept".*"bad": "\[unreadable: a getter\]"/,
  'throwing toJSON': /toJSON/,
  'throwing toString': /^\{\}$/,
  proxy: /unreadable/,
  'proxy function': /unreadable|could not be read/,
  'revoked proxy': /unreadable/,
  symbol: /Symbol\(a symbol\)/,
  'symbol key': /"kept": "kept"/,
  function: /\(\) => 1/,
  date: /1970-01-01T00:00:00\.000Z/,
  'invalid date': /Invalid Date/,
  map: /key.*nested/,
  'cyclic map': /\[circular\]|\[deep\]/,
  set: /1, "two"/,
  'error with cyclic causes': /Error: outer/,
  'unreadable error': /Error/,
  '10 MB string': /^x{10000,}.*cut, \d+ characters/,
  '10 MB in many strings': /y{1000}.*cut/,
  '10 MB of bytes': /cut, \d+ characters/,
  'deep nesting': /\[deep\]/,
  'million keys': /"k0": 0.*cut.*\d+ keys/,
  'sparse array': /cut, \d+ items/,
  'lone surrogates': /^a\ud800b\udc00c$/,
  'forged text': /^\n\[2026-01-01 00:00:00\] ERROR in forged/,
  'forged object': /ERROR in forged/,
  'own __proto__': /"__proto__": \{"polluted": true\}/,
  'not a number': /^NaN$/,
  infinity: /^-Infinity$/,
  undefined: /^$/,
  null: /^$/,
  'class instance': /^\{"shown": 1\}$/,
};

/** Records whose own attribute names another concern than their scope, and an unknown one at that. */
const rerouted = new Set(['concern that is a path', 'concern named __proto__']);

/** Those whose very reading throws, in the SDK or in the formatter. */
const unreadableRecords = [
  'timestamp in text',
  'exception that cannot be read',
  'exception that is a proxy',
  'attributes that are a proxy',
];

const directory = mkdtempSync(join(tmpdir(), 'hostile-records-'));
const program = `${import.meta.dirname}/fixtures/hostile-records.cjs`;
let ending: Ending;
let said: Said;

beforeAll(async () => {
  ending = await startProgram({ args: [...preload, program], env: { LOG_DIR: directory } }).ended(120_000);
  said = JSON.parse(ending.stdout === '' ? '{}' : ending.stdout) as Said;
});

afterAll(() => rmSync(directory, { recursive: true }));

test('the process ends as if nothing had been strange', () => {
  expect({ code: ending.code, signal: ending.signal }).toEqual({ code: 0, signal: null });
  expect(ending.stderr.split('\n').filter((line) => !/^SENTRIKAT_|^LOG_|^ {2}(why|do) |^$/.test(line))).toEqual([]);
});

test('nothing is thrown at the program that emits', () => {
  expect(said.thrown).toEqual({});
});

test('no file holds a control character', () => {
  expect(forbiddenLines(directory)).toEqual([]);
});

test('no line is longer than a megabyte', () => {
  const names = ['application', 'error', 'access', 'security', 'audit', 'ldap', 'performance'] as const;
  const lengths = names.flatMap((name) => linesOf(readLog(directory, name)).map((line) => line.length));
  expect(Math.max(...lengths)).toBeLessThan(1024 * 1024);
});

describe.each(['audit', 'performance'] as const)('%s.log', (name) => {
  test('has one line for every record, findable by its scope', () => {
    const records = parseJsonLines(readLog(directory, name));
    const scopes = records.map(({ scope }) => scope);
    const names = [...said.bodies, ...said.records].filter((row) => !rerouted.has(row));
    const repeated = names.filter((row) => scopes.filter((scope) => scope === row).length > 1);
    const missing = names.filter((row) => !scopes.includes(row));
    expect({ repeated, missing }).toEqual({ repeated: [], missing: [] });
  });

  test('says of those it could not read that it could not', () => {
    const unreadable = parseJsonLines(readLog(directory, name)).filter(({ event }) => event === 'logging.unreadable');
    expect(unreadable.map(({ scope }) => scope).toSorted()).toEqual(unreadableRecords.toSorted());
    expect(unreadable.filter(({ message }) => !String(message).startsWith('a record could not be read: '))).toEqual([]);
  });

  test('says what each body was', () => {
    const records = parseJsonLines(readLog(directory, name));
    const messageOf = (row: string) => records.find(({ scope }) => scope === row)?.['message'];
    expect(said.bodies).toEqual(Object.keys(messages));
    expect(
      said.bodies
        .filter((row) => messages[row]?.test(String(messageOf(row))) !== true)
        .map((row) => [row, messageOf(row)]),
    ).toEqual([]);
  });

  test('gives every line a time that is one', () => {
    const records = parseJsonLines(readLog(directory, name));
    const timeless = records.filter(
      ({ timestamp }) =>
        !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(String(timestamp)) ||
        Number.isNaN(Date.parse(String(timestamp))),
    );
    expect(timeless.map(({ scope, timestamp }) => [scope, timestamp])).toEqual([]);
  });
});

test.each(['application', 'security', 'ldap', 'error'] as const)('%s.log has no line that something forged', (name) => {
  const records = parseDetailed(readLog(directory, name));
  expect(records.length).toBeGreaterThanOrEqual(said.bodies.length);
  expect(records.filter(({ module }) => module === 'forged')).toEqual([]);
});

test('access.log has one line a record, each beginning with its time', () => {
  const lines = linesOf(readLog(directory, 'access')).filter((line) => !line.startsWith('  '));
  expect(lines.length).toBeGreaterThanOrEqual(said.bodies.length);
  expect(lines.filter((line) => !/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] [A-Z]+: /.test(line))).toEqual([]);
});
