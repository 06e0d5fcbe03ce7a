import { expect, test } from 'vitest';

import { textOf } from './text-of.ts';

function fails(): never {
  throw new Error('no');
}

test.each([
  ['text', 'text'],
  ['', ''],
  [null, 'null'],
  [undefined, 'undefined'],
  [-0, '0'],
  [12n, '12'],
  [Symbol('s'), 'Symbol(s)'],
  [() => 1, '() => 1'],
  [{ toString: () => 'own' }, 'own'],
  [{}, '[object Object]'],
])('%o is %j', (value, text) => {
  expect(textOf(value)).toBe(text);
});

test.each([
  ['has no prototype', Object.create(null)],
  ['hides its text', { toString: null }],
  ['has none', { toString: () => ({}) }],
  ['throws', { toString: fails }],
  ['throws when it is converted', { [Symbol.toPrimitive]: fails }],
  ['throws, and is a function', Object.assign(() => {}, { toString: fails })],
  ['is a proxy that throws', new Proxy({}, { get: fails })],
])('what %s refuses', (...[, value]) => {
  expect(textOf(value)).toBeUndefined();
});
