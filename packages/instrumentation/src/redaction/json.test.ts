import { expect, test } from 'vitest';

import { asJson } from './json.ts';
import { maxDepth, maxValues } from './limits.ts';

class Money {
  readonly #cents = 1250;
  toJSON(key: string): string {
    return `${key} ${this.#cents / 100} EUR`;
  }
}
class Account {
  readonly name = 'a';
  get balance(): number {
    return 1;
  }
}
const ring: Record<string, unknown> = { a: 1 };
ring['self'] = { ring };
const fails = (): never => {
  throw new Error('not today');
};

test.each<[what: string, value: unknown, json: unknown]>([
  ['plain data', { a: [1, 'b', true, null, { c: -1.5 }] }, { a: [1, 'b', true, null, { c: -1.5 }] }],
  ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
  ['a date that is none', [new Date(NaN)], ['Invalid Date']],
  ['a bigint', { id: 2n ** 64n }, { id: '18446744073709551616' }],
  ['numbers that JSON has not', [NaN, -Infinity], ['NaN', '-Infinity']],
  ['an object that says itself what it is', { price: new Money() }, { price: 'price 12.5 EUR' }],
  ['an object of a class', new Account(), { name: 'a' }],
  ['boxes', [Object('a'), Object(1), Object(2n)], ['a', 1, '2']],
  [
    'a map',
    new Map<unknown, unknown>([
      ['a', 1],
      [{ b: 2 }, new Map()],
    ]),
    [
      ['a', 1],
      [{ b: 2 }, []],
    ],
  ],
  ['a set', new Set(['a', { b: 1 }]), ['a', { b: 1 }]],
  ['bytes that are text', { bytes: Buffer.from('größe') }, { bytes: 'größe' }],
  ['bytes that are none', new Uint8Array([0xff, 0xfe, 0]), '[3 bytes]'],
  [
    'other bytes',
    [new Float64Array(2), new ArrayBuffer(2), new DataView(new ArrayBuffer(1))],
    ['[16 bytes]', '[2 bytes]', '[1 bytes]'],
  ],
  ['what has no JSON', { a: undefined, b: () => 1, c: Symbol('d'), e: [undefined, () => 1] }, { e: [null, null] }],
  ['undefined', undefined, undefined],
  ['a function', () => 1, undefined],
  ['a ring', ring, { a: 1, self: { ring: '[circular]' } }],
  ['the same thing twice', [ring['b'], [1], [1]], [null, [1], [1]]],
  [
    'a key that is a prototype elsewhere',
    JSON.parse('{"__proto__":{"a":1},"b":2}'),
    JSON.parse('{"__proto__":{"a":1},"b":2}'),
  ],
  [
    'a getter that throws',
    {
      a: 1,
      get b() {
        return fails();
      },
    },
    { a: 1, b: '[unreadable: not today]' },
  ],
  ['a proxy that shows nothing', new Proxy({}, { ownKeys: fails }), '[unreadable: not today]'],
  ['a list that throws', new Proxy([1], { get: fails }), '[unreadable: not today]'],
  ['a toJSON that throws', { a: { toJSON: fails } }, { a: '[unreadable: not today]' }],
  [
    'a toJSON that gives itself',
    {
      toJSON() {
        return this;
      },
    },
    '[circular]',
  ],
  ['a revoked proxy', revoked(), expect.stringMatching(/^\[unreadable: /)],
  [
    'what throws nothing that can be read',
    {
      get a() {
        throw Object.create(null);
      },
    },
    { a: '[unreadable: [Object: null prototype] {}]' },
  ],
])('reads %s', (...[, value, json]) => {
  expect(asJson(value)).toStrictEqual(json);
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test('an error is its stack, and those of its causes', () => {
  const error = new TypeError('a', { cause: new Error('b') });
  expect(asJson({ error })).toEqual({
    error: expect.stringMatching(/^TypeError: a\n +at [^]*\nCaused by: Error: b\n/),
  });
});

test('reads everything once, and nothing again that changes', () => {
  let reads = 0;
  const value = {
    get a() {
      return ++reads;
    },
    b: { c: 1 },
  };
  const json = asJson(value);
  value.b.c = 2;
  expect([json, reads]).toEqual([{ a: 1, b: { c: 1 } }, 1]);
});

test('runs none of the methods that a map or a set has of its own', () => {
  class Endless extends Map<string, number> {
    override *entries(): MapIterator<[string, number]> {
      for (;;) yield ['a', 1];
    }
  }
  expect(asJson(new Endless([['b', 2]]))).toEqual([['b', 2]]);
});

test('what is too deep, and what is too much, says so', () => {
  let deep: unknown = 'end';
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(JSON.stringify(asJson(deep))).toBe(`${'['.repeat(maxDepth)}"[deep]"${']'.repeat(maxDepth)}`);

  const long = asJson(Array.from({ length: 1e6 }, () => 'a')) as string[];
  expect([long.length, long.at(-1)]).toEqual([maxValues + 1, '[cut, 1000000 items]']);

  const sparse: unknown[] = [];
  sparse.length = 4e9;
  expect((asJson(sparse) as string[]).at(-1)).toBe('[cut, 4000000000 items]');

  const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, index]));
  expect(asJson({ wide })).toMatchObject({ wide: { k0: 0, '[cut]': '20000 keys' } });
});

test('what branches again and again comes to an end', () => {
  let tree: unknown = 'leaf';
  for (let level = 0; level < 15; level++) tree = Array(10).fill(tree);
  expect(JSON.stringify(asJson(tree)).length).toBeLessThan(40 * maxValues);
});
