import { runInNewContext } from 'node:vm';

import { describe, expect, test } from 'vitest';

import { errorChain, errorMessage, errorType } from './error-chain.ts';

/** An error whose stack is short enough to read here. */
function error(message: string, parts: object = {}): Error {
  return Object.assign(new Error(message), { stack: `Error: ${message}\n    at here` }, parts);
}

describe('an error', () => {
  test('is its stack, followed by those of its causes', () => {
    const chain = error('outer', { cause: error('middle', { cause: 'inner' }) });
    expect(errorChain(chain)).toBe(
      'Error: outer\n    at here\nCaused by: Error: middle\n    at here\nCaused by: inner',
    );
  });

  test('shows a cause that is false, 0 or null, and none that is undefined', () => {
    expect(errorChain(error('a', { cause: null }))).toMatch(/\nCaused by: null$/);
    expect(errorChain(error('a', { cause: 0 }))).toMatch(/\nCaused by: 0$/);
    expect(errorChain(error('a', { cause: undefined }))).not.toContain('Caused by');
  });

  test('shows each of the errors that it aggregates, the same text twice where it is there twice', () => {
    const aggregate = new AggregateError([error('one'), 'text', 'text'], 'both');
    expect(errorChain(aggregate)).toMatch(
      /^AggregateError: both\n[^]*\nAggregated \[0\]: Error: one\n {4}at here\nAggregated \[1\]: text\nAggregated \[2\]: text$/,
    );
  });

  test('shows the one that was thrown on disposal, and the one that this suppressed', () => {
    const both = { error: error('rollback failed'), suppressed: error('insert failed') };
    expect(errorChain(error('disposal', both))).toBe(
      'Error: disposal\n    at here\nThrown on disposal: Error: rollback failed\n    at here\nSuppressed: Error: insert failed\n    at here',
    );
    expect(errorChain(error('a', { error: 'a field' }))).toBe('Error: a\n    at here');
  });

  test('that refers to itself says so once', () => {
    const ring = error('a');
    ring.cause = error('b', { cause: ring });
    expect(errorChain(ring)).toBe('Error: a\n    at here\nCaused by: Error: b\n    at here\nCaused by: [shown above]');
  });

  test('shows sixteen errors, and that there are more', () => {
    let chain = error('0');
    for (let index = 1; index < 100; index++) chain = error(String(index), { cause: chain });
    expect(errorChain(chain).match(/Error: \d+/g)).toHaveLength(16);
    expect(errorChain(chain)).toMatch(/\n\[more errors\]$/);
    expect(errorChain(new AggregateError(Array(15).fill('x')))).not.toContain('[more errors]');
    expect(errorChain(new AggregateError(Array(16).fill('x')))).toMatch(/\n\[more errors\]$/);
  });

  test('of another realm is an error all the same', () => {
    const foreign: unknown = runInNewContext('new TypeError("foreign")');
    expect([errorType(foreign), errorMessage(foreign)]).toEqual(['TypeError', 'foreign']);
    expect(errorChain(foreign)).toMatch(/^TypeError: foreign\n {4}at /);
  });

  test('is cut where it is huge, visibly', () => {
    const huge = error('x'.repeat(1e6));
    expect(errorMessage(huge)).toMatch(/^x{16384}\.\.\.\[cut, 1000000 characters\]$/);
    expect(errorChain(huge).length).toBeLessThan(17_000);
    expect(errorType(error('', { name: 'N'.repeat(1e6) })).length).toBeLessThan(17_000);
    expect(errorMessage('x'.repeat(1e6)).length).toBeLessThan(17_000);
  });
});

const noErrors: readonly (readonly [thrown: unknown, type: string, message: string, chain?: string])[] = [
  [undefined, 'undefined', 'undefined'],
  [null, 'null', 'null'],
  ['text', 'string', 'text'],
  ['', 'string', ''],
  [-0, 'number', '0'],
  [12n, 'bigint', '12'],
  [Symbol('s'), 'symbol', 'Symbol(s)'],
  [() => 1, 'function', '() => 1'],
  [{ code: 'E', deep: [1] }, 'Object', "{ code: 'E', deep: [ 1 ] }", "Object: { code: 'E', deep: [ 1 ] }"],
  [[1, 2], 'Array', '[ 1, 2 ]', 'Array: [ 1, 2 ]'],
  [{ message: 'like an error' }, 'Object', 'like an error', 'Object: like an error'],
  [{ name: 'Like', message: 'an error' }, 'Like', 'an error', 'Like: an error'],
  [{ message: 7, name: 8 }, 'Object', '7', 'Object: 7'],
  [Object.create(null), 'Object', '[Object: null prototype] {}', 'Object: [Object: null prototype] {}'],
  [new Map([['a', 1]]), 'Map', "Map(1) { 'a' => 1 }", "Map: Map(1) { 'a' => 1 }"],
];

test.each(noErrors)('what is thrown and is no error: %o', (thrown, type, message, chain = message) => {
  expect([errorType(thrown), errorMessage(thrown), errorChain(thrown)]).toEqual([type, message, chain]);
});

test('runs none of the code of an object that is no error', () => {
  let runs = 0;
  const object = {
    get secret() {
      return runs++;
    },
    toJSON: () => runs++,
    [Symbol.for('nodejs.util.inspect.custom')]: () => runs++,
  };
  expect(errorMessage(object)).toContain('[Getter]');
  expect(runs).toBe(0);
});

function fails(): never {
  throw new Error('a trap');
}

const traps: ProxyHandler<object> = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((name) => [name, fails]),
);

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const hostile: readonly unknown[] = [
  new Proxy(new Error('a'), traps),
  new Proxy(fails, traps),
  revoked({}),
  revoked([]),
  revoked(fails),
  Object.create(null),
  Object.defineProperty([], 0, { get: fails, enumerable: true }),
  { toString: fails },
  { toString: () => ({}) },
  { [Symbol.toPrimitive]: fails },
  Object.assign(() => {}, { toString: fails }),
  Object.defineProperties(new Error('a'), {
    name: { get: fails },
    message: { get: fails },
    stack: { get: fails },
    cause: { get: fails },
    errors: { get: fails },
    constructor: { get: fails },
  }),
  {
    get [Symbol.toStringTag]() {
      return fails();
    },
  },
  Symbol('s'),
  10n,
  '\ud800',
  NaN,
];

test('whatever is thrown, and whatever is in it, is some text of a bounded length', () => {
  const places = ['name', 'message', 'stack', 'cause', 'errors', 'error', 'suppressed', 'constructor'];
  const thrown = hostile.flatMap((value) => [
    value,
    { errors: [value, value], cause: [value], error: value, suppressed: value },
    ...places.flatMap((place) => [{ [place]: value }, Object.assign(new Error('a'), { [place]: value })]),
  ]);
  for (const value of thrown) {
    for (const text of [errorChain(value), errorType(value), errorMessage(value)]) {
      expect(typeof text).toBe('string');
      expect(text.length).toBeLessThan(17 * 17_000);
    }
  }
  expect(thrown.length).toBeGreaterThan(200);
});
