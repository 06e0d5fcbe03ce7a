import { SeverityNumber } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { bridgedRecord } from './bridged-record.ts';

const severityNumber = SeverityNumber.INFO;

function attributesOf(fields: object, error?: unknown): unknown {
  return bridgedRecord({ severityNumber, body: '', fields, error }).attributes;
}

test('the field "concern" becomes the tag where it names one of the seven', () => {
  expect(attributesOf({ concern: 'audit', a: 1 })).toEqual({ 'sentrikat.concern': 'audit', a: 1 });
});

test.each(['billing', 'AUDIT', 7, { concern: 'audit' }])(
  'and stays a field of the application’s otherwise: %j',
  (concern) => {
    expect(attributesOf({ concern })).toEqual({ concern });
  },
);

test('the tag itself outranks the field, right or wrong', () => {
  expect(attributesOf({ concern: 'audit', 'sentrikat.concern': 'ldap' })).toEqual({ 'sentrikat.concern': 'ldap' });
  expect(attributesOf({ 'sentrikat.concern': 'nonsense' })).toEqual({ 'sentrikat.concern': 'nonsense' });
});

test('an error is type, message and stack, its cause included', () => {
  const error = new TypeError('broken', { cause: new Error('disk') });
  expect(attributesOf({}, error)).toEqual({
    'exception.type': 'TypeError',
    'exception.message': 'broken',
    'exception.stacktrace': expect.stringMatching(/^TypeError: broken\n[^]*Caused by: Error: disk\n/) as string,
  });
});

test('what else an error says in a word is kept together', () => {
  const members = { code: '23505', position: 7, fatal: false, client: {}, level: 'error', a: 1 };
  expect(attributesOf({ a: 1 }, Object.assign(new Error('broken'), members))).toMatchObject({
    err: { code: '23505', position: 7, fatal: false },
    a: 1,
  });
  expect(attributesOf({}, new Error('broken'))).not.toHaveProperty('err');
  const unreadable = Object.defineProperty(new Error('broken'), 'code', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  expect(attributesOf({}, unreadable)).toMatchObject({ 'exception.message': 'broken' });
});

test.each(['', null, undefined])('without a message, %j, it is the fields that say something', (body) => {
  expect(bridgedRecord({ severityNumber, body, fields: { concern: 'audit', a: 1 } })).toMatchObject({
    body: { a: 1 },
    attributes: { 'sentrikat.concern': 'audit', a: 1 },
  });
  expect(bridgedRecord({ severityNumber, body: '', fields: {} }).body).toBe('');
});

test('what the SDK must not drop comes before what it may', () => {
  expect(Object.keys(attributesOf({ a: 1, concern: 'audit' }, new Error('broken')) as object)).toEqual([
    'sentrikat.concern',
    'exception.type',
    'exception.message',
    'exception.stacktrace',
    'a',
  ]);
});

test('trace and span are not repeated, and the name of an event is one', () => {
  const fields = { trace_id: 'a', span_id: 'b', trace_flags: '01', 'otel.event.name': 'shop.opened' };
  const record = bridgedRecord({ severityNumber, severityText: 'info', body: 'text', fields });
  expect(record).toEqual({
    severityNumber,
    severityText: 'info',
    body: 'text',
    attributes: {},
    eventName: 'shop.opened',
  });
});

test('fields are plain data from now on, and what cannot be read of one says so', () => {
  const fields = {
    date: new Date(0),
    list: new Set([1]),
    get bad(): never {
      throw new Error('no value');
    },
  };
  expect(attributesOf(fields)).toEqual({
    date: '1970-01-01T00:00:00.000Z',
    list: [1],
    bad: '[unreadable: no value]',
  });
});
