import { randomBytes } from 'node:crypto';

import { expect, test } from 'vitest';

import { seal, unseal } from './sealed.ts';

const key = randomBytes(32);

test('what was sealed is told by its key, and by no other', () => {
  const sealed = seal('a secret', key);
  expect(unseal(sealed, key)).toBe('a secret');
  expect(unseal(sealed, randomBytes(32))).toBeUndefined();
  expect(sealed.toString('latin1')).not.toContain('secret');
});

test('what was changed after it was sealed is told by nobody', () => {
  const sealed = seal('a secret', key);
  sealed[sealed.length - 1]! ^= 1;
  expect(unseal(sealed, key)).toBeUndefined();
});

test('the same twice is not the same sealed', () => {
  expect(seal('a secret', key)).not.toEqual(seal('a secret', key));
});
