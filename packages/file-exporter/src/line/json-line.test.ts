import { describe, expect, test } from 'vitest';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import * as fc from 'fast-check';

import type { ListedRecord } from '../attribute-list.ts';
import { testRecord } from '../test-record.ts';
import { createJsonLine } from './json-line.ts';

const formatBytes = createJsonLine();

function format(...line: Parameters<typeof formatBytes>): string {
  return formatBytes(...line).text;
}

function parse(parts: Parameters<typeof testRecord>[0]): Record<string, unknown> {
  return JSON.parse(format(testRecord(parts), 'audit')) as Record<string, unknown>;
}

test('keys come in the order that readers of the original files rely on, ours after them', () => {
  const attributes = {
    'sentrikat.new_value': 2,
    extra: 'x',
    'sentrikat.old_value': 1,
    'log.record.uid': '01',
    'sentrikat.action': 'UPDATE',
    'exception.stacktrace': 'Error: x',
    'user.id': 7,
    'sentrikat.endpoint': 'GET /',
    'client.address': '192.0.2.1',
    'sentrikat.duration_ms': 1.5,
    'sentrikat.resource': 'users:1',
    'sentrikat.concern': 'audit',
  };
  const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
  expect(Object.keys(parse({ attributes, spanContext, eventName: 'user.updated' }))).toEqual(
    `timestamp level logger message exception user_id ip_address action resource duration_ms endpoint old_value new_value
     id trace_id span_id scope event attributes`.split(/\s+/),
  );
});

test('attributes in a list make the line that they make in an object', () => {
  const names = [
    'user.id',
    'sentrikat.old_value',
    'log.record.uid',
    'exception.type',
    'exception.stacktrace',
    'a',
    '__proto__',
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), (object) => {
      const attributes = object as ReadableLogRecord['attributes'];
      const attributeList = { keys: Object.keys(object), values: Object.values(object) };
      const listed: ReadableLogRecord & ListedRecord = { ...testRecord(), attributeList };
      expect(format(listed, 'audit')).toBe(format(testRecord({ attributes }), 'audit'));
    }),
  );
});

test('an attribute called like a key of the line stays among the attributes', () => {
  const attributes = { timestamp: 'forged', level: 'CRITICAL', ['__proto__']: 'x' };
  const parsed = parse({ attributes: JSON.parse('{"timestamp": "forged", "__proto__": "x"}') as typeof attributes });
  expect(parsed['timestamp']).toBe('2026-01-01T00:00:00.000000Z');
  expect(JSON.stringify(parsed['attributes'])).toBe('{"timestamp":"forged","__proto__":"x"}');
});

test('microseconds are always there, and cut off rather than rounded', () => {
  expect(parse({ hrTime: [1767225600, 999_999_999] })['timestamp']).toBe('2026-01-01T00:00:00.999999Z');
});

describe('a value that has no JSON form says so', () => {
  const cycle: Record<string, unknown> = { name: 'cycle' };
  cycle['self'] = cycle;
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const deep = JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`) as unknown;

  test.each<[string, unknown, string]>([
    ['a cycle', cycle, '{"name": "cycle", "self": "[circular]"}'],
    ['a bigint', 2n ** 64n, '"18446744073709551616"'],
    ['not-a-number', Number.NaN, '"NaN"'],
    ['infinity', [-Infinity], '["-Infinity"]'],
    ['a symbol', Symbol('s'), '"Symbol(s)"'],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['an invalid date', new Date(Number.NaN), '"Invalid Date"'],
    ['bytes', new Uint8Array([104, 105]), '"aGk="'],
    ['a map', new Map([['a', 1]]), '[["a", 1]]'],
    [
      'a throwing getter',
      {
        get x(): never {
          throw new Error('no');
        },
      },
      '{"x": "[unreadable: no]"}',
    ],
    [
      'a getter that throws what cannot be read',
      {
        get x(): never {
          throw { toString: null };
        },
      },
      '{"x": "[unreadable: the error cannot be read either]"}',
    ],
    ['a revoked proxy', proxy, `"[unreadable: Cannot perform 'getPrototypeOf' on a proxy that has been revoked]"`],
    ['a deep nest', deep, '[[[[[[[["[deep]"]]]]]]]]'],
    ['undefined', [undefined], '[null]'],
  ])('%s', (_, value, expected) => {
    expect(format(testRecord({ attributes: { 'sentrikat.old_value': value as string } }), 'audit')).toContain(
      `"old_value": ${expected}, "scope"`,
    );
  });

  test('the same object twice is not a cycle', () => {
    const twice = { a: 1 };
    expect(parse({ attributes: { 'sentrikat.old_value': [twice, twice] } })['old_value']).toEqual([twice, twice]);
  });
});

test('a value that logs while it is read does not get into its own line', () => {
  let inner = '';
  const logging = {
    get x(): string {
      inner = format(testRecord({ body: 'inner' }), 'audit');
      return 'y';
    },
  };
  const outer = format(testRecord({ attributes: { a: 'before', b: logging as never, c: 'after' } }), 'audit');
  expect(JSON.parse(outer)).toMatchObject({ attributes: { a: 'before', b: { x: 'y' }, c: 'after' } });
  expect(JSON.parse(inner)).toMatchObject({ message: 'inner' });
});

test('a line stays within its bound whatever the attributes hold', () => {
  const many = Object.fromEntries(Array.from({ length: 128 }, (_, index) => [`key${index}`, 'v'.repeat(16 * 1024)]));
  const line = format(
    testRecord({ attributes: many, body: { many, wide: Array.from({ length: 100_000 }, () => many) } as never }),
    'audit',
  );
  expect(line.length).toBeLessThan(300 * 1024);
  expect(() => JSON.parse(line) as unknown).not.toThrow();
});

test('what is put in comes out, as one line of printable ASCII', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue({ noUnicodeString: false, maxDepth: 3 } as fc.JsonSharedConstraints),
      (body, value) => {
        const line = format(testRecord({ body, attributes: { 'sentrikat.old_value': value as string } }), 'audit');
        expect(line).toMatch(/^[ -~]+\n$/);
        const parsed = JSON.parse(line) as Record<string, unknown>;
        expect(parsed['message']).toBe(body);
        expect(parsed['old_value']).toEqual(JSON.parse(JSON.stringify(value)));
      },
    ),
  );
});
