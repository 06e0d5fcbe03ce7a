import { expect, test } from 'vitest';

import { asJson } from './json.ts';
import { redact } from './redact.ts';
import { isSecretKey } from './secret-keys.ts';

test.each([
  'password',
  'PASSWORD',
  'newPassword',
  'user.password',
  'api-key',
  'X-Api-Key',
  'apiKey',
  'refresh_token',
  'access_token',
  'client_secret',
  'Authorization',
  'Set-Cookie',
  'privateKey',
  'bind_password',
  'passwordHash',
  'sessionId',
  'cvv',
])('%s is the key of a secret', (key) => {
  expect(isSecretKey(key)).toBe(true);
});

test.each([
  'user',
  'ip_address',
  'auth_type',
  'authn',
  'principal',
  'passwordExpiresAt',
  'password_changed_at',
  'token_type',
  'tokenCount',
  'keyboard',
  'sessions_ended',
  'compass',
  'spin',
  '',
  '__proto__',
])('%j is not', (key) => {
  expect(isSecretKey(key)).toBe(false);
});

test('takes out secrets at any depth, shows that they were there, and counts them', () => {
  const value = { name: 'a', password: 'p', tls: [{ privateKey: { d: 1 } }], token: '', secret: null };
  expect(redact(value)).toEqual({
    value: { name: 'a', password: '[redacted]', tls: [{ privateKey: '[redacted]' }], token: '', secret: null },
    count: 2,
  });
});

test('a key is looked at in time that does not grow with it', () => {
  expect(isSecretKey(`${'x'.repeat(1e6)}password`)).toBe(true);
});

class Money {
  toJSON(): string {
    return '12.50 EUR';
  }
}
const ring: Record<string, unknown> = {};
ring['self'] = ring;

test.each<[what: string, value: unknown, json: unknown]>([
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a bigint', { id: 2n ** 64n }, { id: '18446744073709551616' }],
  ['an object that says itself what it is', { price: new Money() }, { price: '12.50 EUR' }],
  ['nothing', undefined, undefined],
  ['a function', () => 1, undefined],
  ['a ring', ring, expect.stringMatching(/^\[unreadable: Converting circular/)],
  ['far too much', 'x'.repeat(300_000), '[cut, 300002 characters]'],
])('reads %s', (...[, value, json]) => {
  expect(asJson(value)).toEqual(json);
});

test('reads a getter that throws', () => {
  const hostile = {
    get name(): never {
      throw new Error('not today');
    },
  };
  expect(asJson(hostile)).toBe('[unreadable: not today]');
});
