import { expect, test } from 'vitest';

import type { Json } from '../redaction/json.ts';
import { changeBetween } from './change.ts';

const cases: [what: string, oldValue: Json | undefined, newValue: Json | undefined, change: unknown][] = [
  ['what differs', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ b: 2 }, { b: 3 }]],
  [
    'what differs, at any depth',
    { a: { b: { c: 1, d: 2 }, e: 3 } },
    { a: { b: { c: 4, d: 2 }, e: 3 } },
    [{ a: { b: { c: 1 } } }, { a: { b: { c: 4 } } }],
  ],
  ['what was added or removed', { a: 1 }, { b: 2 }, [{ a: 1 }, { b: 2 }]],
  ['lists as a whole', { roles: ['a', 'b'] }, { roles: ['a'] }, [{ roles: ['a', 'b'] }, { roles: ['a'] }]],
  ['nothing of what has not changed', { a: { b: [1] } }, { a: { b: [1] } }, [{}, {}]],
  ['a creation whole', undefined, { a: 1 }, [undefined, { a: 1 }]],
  ['a deletion whole', { a: 1 }, undefined, [{ a: 1 }, undefined]],
  ['values that are no objects', 'one', 2, ['one', 2]],
  ['an object that becomes something else', { a: { b: 1 } }, { a: null }, [{ a: { b: 1 } }, { a: null }]],
];

test.each(cases)('shows %s', (...[, oldValue, newValue, change]) => {
  const { oldValue: before, newValue: after } = changeBetween(oldValue, newValue);
  expect([before, after]).toEqual(change);
});

test('takes keys of the prototype for keys like any other', () => {
  const oldValue = JSON.parse('{"__proto__": {"admin": false}, "constructor": 1}') as Json;
  const newValue = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') as Json;
  const change = changeBetween(oldValue, newValue);
  expect(JSON.stringify(change.newValue)).toBe('{"__proto__":{"admin":true}}');
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});
