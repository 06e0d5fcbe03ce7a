import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';

import { logs, SeverityNumber, type LogRecord } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { bridgeConsole, readInspected } from './console-bridge.ts';

let emitted: LogRecord[];
let printed: string;
let target: Console;

beforeEach(() => {
  emitted = [];
  printed = '';
  logs.setGlobalLoggerProvider({
    getLogger: () => ({ emit: (record) => emitted.push(record), enabled: () => true }),
  });
  target = new Console(
    new Writable({
      write(chunk, _, done) {
        printed += String(chunk);
        done();
      },
    }),
  );
  bridgeConsole(target);
});

afterEach(() => logs.disable());

const { DEBUG, INFO, WARN, ERROR, TRACE } = SeverityNumber;

test.each<[name: string, call: () => void, severityNumber: SeverityNumber, body: unknown]>([
  ['debug', () => target.debug('a %d', 1), DEBUG, 'a 1'],
  ['log', () => target.log('a', { b: 1 }), INFO, 'a { b: 1 }'],
  ['info', () => target.info('a'), INFO, 'a'],
  ['warn', () => target.warn('a'), WARN, 'a'],
  ['error', () => target.error('a'), ERROR, 'a'],
  ['dir', () => target.dir({ a: { b: {} } }, { depth: 0 }), INFO, '{ a: [Object] }'],
  ['dirxml', () => target.dirxml({ a: 1 }, 2), INFO, '{ a: 1 } 2'],
  ['table', () => target.table([{ a: 1 }]), INFO, expect.stringContaining('(index)')],
  ['table of what is none', () => target.table(1), INFO, '1'],
  ['group', () => target.group('a'), INFO, 'a'],
  ['groupCollapsed', () => target.groupCollapsed('a'), INFO, 'a'],
  ['assert', () => target.assert(false, 'a'), WARN, 'Assertion failed: a'],
  ['count', () => target.count('a'), INFO, 'a: 1'],
  ['trace', () => target.trace('a'), TRACE, expect.stringMatching(/^Trace: a\n {4}at /)],
])('what %s prints is one record', (...[, call, severityNumber, body]) => {
  call();
  expect(emitted).toEqual([expect.objectContaining({ severityNumber, body })]);
  expect(printed).not.toBe('');
});

test('what a timer prints is one record a call', () => {
  target.time('a');
  expect(emitted).toEqual([]);
  target.timeLog('a', 'b');
  target.timeEnd('a');
  expect(emitted.map(({ body }) => body)).toEqual([
    expect.stringMatching(/^a: \S+ b$/),
    expect.stringMatching(/^a: \S+$/),
  ]);
});

test('what prints nothing is no record', () => {
  target.assert(true, 'a');
  target.groupEnd();
  expect([printed, emitted]).toEqual(['', []]);
});

test.each<[what: string, args: readonly unknown[]]>([
  ['an object that has a text of its own', [{ [inspect.custom]: () => 'custom', toString: () => 'text' }]],
  ['one that is to be asked for it', [{ [inspect.custom]: () => 'custom' }, { customInspect: true }]],
  ['a deep one', [{ a: { b: { c: { d: { e: 1 } } } } }]],
  ['a deep one, to its end', [{ a: { b: { c: { d: { e: 1 } } } } }, { depth: null }]],
  ['hidden members', [[1], { showHidden: true }]],
  ['a text', ['a %s', undefined]],
  ['options that are none', [{ a: 1 }, null]],
  ['nothing', []],
])('the record of dir says what it prints: %s', (...[, args]) => {
  target.dir(...(args as [unknown]));
  expect(`${String(emitted[0]?.body)}\n`).toBe(printed);
});

test('the record of dir has no colours, and its error is told as any other', () => {
  expect(readInspected([{ a: 1 }, { colors: true }])).toEqual({ body: '{ a: 1 }' });
  const broken = new TypeError('broken');
  expect(readInspected([broken])).toEqual({ body: 'broken', error: broken });
});
