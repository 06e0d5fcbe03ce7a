import { expect, test } from 'vitest';

import { asJson, type Json } from '../redaction/json.ts';
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

function deep(levels: number, value: unknown): unknown {
  return levels === 0 ? value : { n: deep(levels - 1, value) };
}

function many(last: string): unknown {
  return Object.fromEntries(Array.from({ length: 9000 }, (...[, index]) => [`k${index}`, index === 8999 ? last : 1]));
}

function self(): unknown {
  const circular: Record<string, unknown> = { a: 1 };
  circular['b'] = { circular };
  return circular;
}

const unreadable = {
  get a(): never {
    throw new Error('gone');
  },
};

test.each<[what: string, oldValue: unknown, newValue: unknown, change: unknown]>([
  ['bytes', { a: 1, key: Buffer.alloc(32, 0xff) }, { a: 1, key: Buffer.alloc(32, 0xfe) }, { key: '[32 bytes]' }],
  ['numbers in a buffer', { a: new Float64Array(1) }, { a: new Float64Array(1) }, { a: '[8 bytes]' }],
  ['what is deep', { a: 1, b: deep(20, 1) }, { a: 1, b: deep(20, 2) }, { b: deep(15, '[deep]') }],
  ['keys', many('one'), many('other'), { '[cut]': '9000 keys' }],
  ['circles', self(), self(), { b: { circular: '[circular]' } }],
  ['what throws', { a: unreadable }, { a: unreadable }, { a: { a: '[unreadable: gone]' } }],
  [
    'objects in lists',
    { a: [{ b: 1, c: Buffer.alloc(1, 0xff) }] },
    { a: [{ b: 1, c: Buffer.alloc(1, 0xff) }] },
    { a: [{ b: 1, c: '[1 bytes]' }] },
  ],
])('never says of what was not read whole that it is the same: %s', (_, oldValue, newValue, change) => {
  expect(changeBetween(asJson(oldValue), asJson(newValue))).toEqual({ oldValue: change, newValue: change });
});

test('never says of a list of which not all was read that it is the same', () => {
  const [before, after] = [1, 2].map((last) => asJson({ ids: [...Array.from({ length: 9000 }, () => 1), last] }));
  const { newValue } = changeBetween(before, after);
  expect(newValue).toMatchObject({ ids: expect.arrayContaining(['[cut, 9001 items]']) });
});

test('tells lists of objects apart, and those that only look alike', () => {
  expect(changeBetween({ a: [{ b: 1, c: 2 }] }, { a: [{ c: 2, b: 1 }] })).toEqual({ oldValue: {}, newValue: {} });
  for (const [one, other] of [
    [[1, 2], [1]],
    [[{ a: 1 }], [{ b: 1 }]],
    [[{ a: 1 }], [[]]],
    [[[]], [{}]],
    [[null], [{}]],
    [['1'], [1]],
  ]) {
    expect(changeBetween({ list: one! }, { list: other! })).toEqual({
      oldValue: { list: one },
      newValue: { list: other },
    });
  }
});

test('takes keys of the prototype for keys like any other', () => {
  const oldValue = JSON.parse('{"__proto__": {"admin": false}, "constructor": 1}') as Json;
  const newValue = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}') as Json;
  const change = changeBetween(oldValue, newValue);
  expect(JSON.stringify(change.newValue)).toBe('{"__proto__":{"admin":true}}');
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});
