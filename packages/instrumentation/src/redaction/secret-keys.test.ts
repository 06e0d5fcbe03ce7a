import { describe, expect, test } from 'vitest';

import { createSecretKeys, keptNames, secretEndings, secretNames, secretParameters } from './secret-keys.ts';

const { isSecret, isSecretParameter } = createSecretKeys();

describe.each([...secretNames, ...secretEndings])('%s', (name) => {
  test('is the key of a secret, in any case, at the end of a path, and with a number', () => {
    for (const key of [
      name,
      name.toUpperCase(),
      `user.${name}`,
      `http.request.header.${name}`,
      `a[${name}]`,
      `${name}2`,
    ]) {
      expect(isSecret(key), key).toBe(true);
    }
  });

  test('is it with any punctuation', () => {
    for (const separator of ['_', '-', '.', ' ']) expect(isSecret([...name].join(separator))).toBe(true);
  });

  test('says nothing as the beginning of a name', () => {
    expect(isSecret(`${name}ExpiresAt`)).toBe(false);
  });
});

test.each(secretEndings)('what ends in %s is the key of a secret', (ending) => {
  for (const key of [`my_${ending}`, `My${ending}`, `x.y.old-${ending}`]) expect(isSecret(key), key).toBe(true);
});

test.each(secretParameters)('%s is secret as a parameter, and only as one', (name) => {
  expect([isSecretParameter(name), isSecret(name)]).toEqual([true, false]);
});

test.each([
  'newPassword',
  'api-key',
  'X-Api-Key',
  'refresh_token',
  'client_secret',
  'Set-Cookie',
  'tls.privateKey',
  'bind_password',
  'connect.sid',
  'XSRF-TOKEN',
  'JSESSIONID',
  'AWS_SECRET_ACCESS_KEY',
  'unicodePwd',
  'HTTP_AUTHORIZATION',
  'x-forwarded-authorization',
])('%s is the key of a secret', (key) => {
  expect(isSecret(key)).toBe(true);
});

test.each([
  ...keptNames,
  'user',
  'user.name',
  'user.id',
  'client.address',
  'ip_address',
  'x-forwarded-for',
  'auth_type',
  'authn',
  'principal',
  'session_hash',
  'session.id.hash',
  'trace_id',
  'sha256',
  'password_expires_at',
  'passwordChangedAt',
  'token_type',
  'tokenCount',
  'gen_ai.usage.input_tokens',
  'keyboard',
  'primary_key',
  'public_key',
  'sessions_ended',
  'compass',
  'spin',
  'company',
  '',
  '42',
  '__proto__',
  'constructor',
])('%j is not', (key) => {
  expect(isSecret(key)).toBe(false);
});

test('more keys can be secret, whole or by their ends, and others can be kept', () => {
  const keys = createSecretKeys({
    redactKeys: ['Employee-No', '*_ref', 'x'],
    keepKeys: ['session', '*Token', 'app.pin'],
  });
  const judged = [
    'employeeNo',
    'employee_nos',
    'billRef',
    'a.x',
    'x_y',
    'session',
    'user.session',
    'csrf_token',
    'app.pin',
    'pin',
    'password',
  ];
  expect(judged.filter(keys.isSecret)).toEqual(['employeeNo', 'billRef', 'a.x', 'pin', 'password']);
});

test('a pattern of nothing says nothing', () => {
  const { isSecret: isSecretHere } = createSecretKeys({ redactKeys: ['', '*', '-', '*_'], keepKeys: ['', '*'] });
  expect(['', 'a', 'password'].filter(isSecretHere)).toEqual(['password']);
});

test('a pattern of nothing neither takes nor keeps a key that has no letters, or whose last part has none', () => {
  const { isSecret: isSecretHere } = createSecretKeys({ redactKeys: ['foo', '', '-'], keepKeys: ['', '_'] });
  expect(['имя', '名前', '_', 'password._', 'foo'].filter(isSecretHere)).toEqual(['password._', 'foo']);
});

test('letters of all scripts tell keys from each other', () => {
  const { isSecret: isSecretHere } = createSecretKeys({ redactKeys: ['пароль', '*密码'] });
  expect(['Пароль', 'user.пароль_2', '旧密码', 'имя', '密', 'é'].filter(isSecretHere)).toEqual([
    'Пароль',
    'user.пароль_2',
    '旧密码',
  ]);
});

test('of a long key the end is looked at', () => {
  expect(isSecret(`${'x'.repeat(1e6)}password`)).toBe(true);
});
