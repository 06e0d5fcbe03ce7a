/** What each bridge reads of a record of its logger. */
import { expect, test } from 'vitest';

import { readRecord } from './bunyan-bridge.ts';
import { readArguments } from './console-bridge.ts';
import { readLine } from './pino-bridge.ts';
import { readInfo } from './winston-bridge.ts';

const broken = new TypeError('broken');
const splat = Symbol.for('splat');

test('a line of pino, under whatever names its parts have', () => {
  const line =
    '{"level":30,"time":1,"pid":2,"hostname":"h","text":"hello","e":{"type":"TypeError","message":"broken"},"a":1}\n';
  expect(readLine(line, 'text', 'e')).toEqual({
    body: 'hello',
    fields: { a: 1 },
    error: { name: 'TypeError', message: 'broken' },
  });
});

test('the errors that one of pino’s aggregates', () => {
  const line = '{"err":{"type":"AggregateError","message":"both","aggregateErrors":[{"message":"one"}]}}';
  expect(readLine(line, 'msg', 'err').error).toEqual({
    name: 'AggregateError',
    message: 'both',
    errors: [{ message: 'one' }],
  });
});

test('an error of pino’s that is a text stays a field', () => {
  expect(readLine('{"msg":"hello","err":"broken"}', 'msg', 'err')).toEqual({
    body: 'hello',
    fields: { err: 'broken' },
  });
});

test.each(['not JSON\n', '7\n', 'null\n'])('a line of pino that is no object is the message: %j', (line) => {
  expect(readLine(line, 'msg', 'err')).toEqual({ body: line.trim() });
});

test('a record of bunyan', () => {
  const known = { level: 30, v: 0, pid: 1, hostname: 'h' };
  const time = new Date(0);
  expect(readRecord({ ...known, time, msg: 'hello', err: broken, name: 'shop' })).toEqual({
    body: 'hello',
    fields: { name: 'shop' },
    error: broken,
    timestamp: time,
  });
  expect(readRecord({ ...known, time: null, msg: 'hello', err: 'broken' })).toEqual({
    body: 'hello',
    fields: { err: 'broken' },
  });
  expect(readRecord({ ...known, time: new Date(Number.NaN), msg: '' })).toEqual({ body: '', fields: {} });
});

test.each([
  ['the record itself', Object.assign(new TypeError('broken'), { level: 'error' }), 'broken', {}],
  ['its message', { level: 'error', message: broken }, 'broken', {}],
  ['an argument', { level: 'error', message: 'no: broken', stack: broken.stack, [splat]: [broken] }, 'no: broken', {}],
  ['the field err', { level: 'error', message: 'no', err: broken, a: 1 }, 'no', { a: 1 }],
  ['the field error', { level: 'error', message: 'no', error: broken }, 'no', {}],
])('the error of a record of winston is %s', (...[, info, body, fields]) => {
  const read = readInfo(info as Record<string | symbol, unknown>);
  expect(read).toMatchObject({
    body,
    error: { message: 'broken', stack: expect.stringContaining('TypeError: broken') as string },
  });
  expect(read.fields).toEqual(fields);
});

test('of what a format has left of an error, winston’s record has the stack', () => {
  const info = { level: 'error', message: 'broken', stack: 'TypeError: broken\n    at x', cause: broken };
  expect(readInfo(info)).toEqual({
    body: 'broken',
    fields: {},
    error: { name: 'Error', message: 'broken', stack: info.stack, cause: broken },
  });
});

test('winston’s colours are no part of the message, other controls are', () => {
  expect(readInfo({ level: 'info', message: '\u001b[33mwarn\u001b[39m \u001b[2Jtext' }).body).toBe(
    'warn \u001b[2Jtext',
  );
});

test('an error told to the console is named in the message, its stack kept apart', () => {
  expect(readArguments(['no %s:', 'luck', broken])).toEqual({ body: 'no luck: broken', error: broken });
  expect(readArguments([{ a: 1 }, 2])).toEqual({ body: '{ a: 1 } 2', error: undefined });
});
