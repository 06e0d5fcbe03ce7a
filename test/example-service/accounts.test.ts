/** What accounts of the example service allow and keep from happening, beyond the lines that tell of it. */
import { randomBytes } from 'node:crypto';

import { concerns } from '@sentrikat/file-exporter';
import type { Pool } from 'pg';
import { TOTP, URI } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readLog } from '../instruments/log-files.ts';
import { openPool, startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { administrator, startService, type RunningService } from './running-service.ts';

const password = 'correct horse battery staple';

let postgres: PostgresServer;
let database: Pool;
let service: RunningService;
let adminToken: string;

beforeAll(async () => {
  postgres = await startPostgres();
  database = openPool(postgres.url);
  service = await startService(postgres.url, { WORKERS: '1', SECRETS_KEY: randomBytes(32).toString('base64') });
  adminToken = await service.logIn(administrator.name, administrator.password);
});

afterAll(async () => {
  await service.program.stop('SIGTERM');
  service.removeLogs();
  await database.end();
  await postgres.stop();
});

const asAdmin: RunningService['call'] = (request, options) => service.call(request, { token: adminToken, ...options });

async function createUser(name: string, role = 'member'): Promise<number> {
  const { body } = await asAdmin('POST /users', { body: { name, displayName: name, role, password } });
  return (body as { id: number }).id;
}

async function enableSecondFactor(token: string): Promise<TOTP> {
  const { body } = await service.call('POST /mfa', { token });
  const totp = URI.parse((body as { uri: string }).uri);
  if (!(totp instanceof TOTP)) throw new TypeError('a second factor that does not go by time');
  expect(await service.call('POST /mfa/enable', { token, body: { code: totp.generate() } })).toMatchObject({
    status: 204,
  });
  return totp;
}

const sendCode = (token: string, code: string) => service.call('POST /session/code', { body: { token, code } });

describe('a second factor', () => {
  let id: number;
  let totp: TOTP;

  beforeAll(async () => {
    id = await createUser('factor', 'analyst');
    totp = await enableSecondFactor(await service.logIn('factor', password));
  });

  test('makes of a password half a login, which opens nothing', async () => {
    const { status, body } = await service.call('POST /session', { body: { name: 'factor', password } });
    const { token } = body as { token: string };
    expect({ status, body }).toMatchObject({ status: 202, body: { needs: 'code' } });
    expect(await service.call('GET /session', { token })).toMatchObject({ status: 401 });
    await database.query('UPDATE users SET mfa_last_step = 0 WHERE id = $1', [id]);
    const whole = await sendCode(token, totp.generate());
    expect(whole).toMatchObject({ status: 201 });
    expect(await service.call('GET /session', whole.body as { token: string })).toMatchObject({
      body: { name: 'factor' },
    });
    expect(await sendCode(token, totp.generate())).toMatchObject({ status: 401 });
  });

  test('takes no code twice', async () => {
    await database.query('UPDATE users SET mfa_last_step = 0 WHERE id = $1', [id]);
    const code = totp.generate();
    const first = await service.logIn('factor', password);
    const second = await service.logIn('factor', password);
    expect(
      (await Promise.all([sendCode(first, code), sendCode(second, code)])).map(({ status }) => status).toSorted(),
    ).toEqual([201, 401]);
  });

  test('cannot be guessed more often than a password', async () => {
    await database.query('UPDATE users SET mfa_last_step = 0, failed_logins = 0 WHERE id = $1', [id]);
    for (let guess = 0; guess < 5; guess += 1) await sendCode(await service.logIn('factor', password), 'guess');
    expect(await service.call('POST /session', { body: { name: 'factor', password } })).toMatchObject({ status: 401 });
    const { rows } = await database.query('SELECT failed_logins AS failures FROM users WHERE id = $1', [id]);
    expect(rows).toEqual([{ failures: 5 }]);
  });
});

test.each([
  ['change-password', 'force-password-change'],
  ['set-up-mfa', 'require-mfa'],
])('who has to %s may do nothing else before', async (duty, deed) => {
  const id = await createUser(duty, 'administrator');
  const token = await service.logIn(duty, password);
  await asAdmin(`POST /users/${id}/${deed}`);
  expect(await service.call('GET /users', { token })).toMatchObject({ status: 403, body: { error: { code: duty } } });
  if (duty === 'set-up-mfa') await enableSecondFactor(token);
  else await service.call('PUT /password', { token, body: { current: password, password: 'another long one' } });
  expect(await service.call('GET /users', { token })).toMatchObject({ status: 200 });
});

test('who is blocked has neither a session nor a token any more', async () => {
  const id = await createUser('blocked', 'administrator');
  const session = await service.logIn('blocked', password);
  const { body } = await service.call('POST /tokens', { token: session, body: { name: 'program', days: 1 } });
  const { token } = body as { token: string };
  expect(await service.call('GET /users', { token })).toMatchObject({ status: 200 });
  await asAdmin(`POST /users/${id}/block`);
  expect(await service.call('GET /users', { token })).toMatchObject({ status: 401 });
  expect(await service.call('GET /users', { token: session })).toMatchObject({ status: 401 });
});

test('a token is its maker’s alone to revoke', async () => {
  await createUser('maker');
  const session = await service.logIn('maker', password);
  const { body } = await service.call('POST /tokens', { token: session, body: { name: 'program', days: 1 } });
  const { id, token } = body as { id: number; token: string };
  expect(await asAdmin(`DELETE /tokens/${id}`)).toMatchObject({ status: 404 });
  await database.query('UPDATE api_tokens SET expires_at = now() WHERE id = $1', [id]);
  expect(await service.call('GET /session', { token })).toMatchObject({ status: 401 });
});

test('a page of another site changes nothing, and a page of the service does', async () => {
  const send = (origin: string) =>
    fetch(`${service.url}/settings/origin`, {
      method: 'PUT',
      headers: { origin, authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: '{"value":1}',
    });
  expect(await send('https://elsewhere.example')).toMatchObject({ status: 403 });
  expect(await send('null')).toMatchObject({ status: 403 });
  expect(await send(service.url)).toMatchObject({ status: 200 });
});

test('a licence that is full keeps users from being made and invited', async () => {
  await asAdmin('PUT /documents/license', { body: { holder: 'Example', seats: 1 } });
  const user = { name: 'too-many', displayName: 'x', role: 'member' };
  expect(await asAdmin('POST /users', { body: { ...user, password } })).toMatchObject({ status: 409 });
  expect(await asAdmin('POST /users/invitations', { body: user })).toMatchObject({ status: 409 });
  await asAdmin('DELETE /documents/license');
  expect(await asAdmin('POST /users', { body: { ...user, password } })).toMatchObject({ status: 201 });
});

test('who has found a session cannot go on guessing what protects the account', async () => {
  const token = await service.logIn('maker', password);
  for (const request of ['PUT /password', 'POST /mfa/enable', 'DELETE /mfa'] as const) {
    let status = 400;
    for (let guesses = 0; guesses < 30 && status === 400; guesses += 1)
      ({ status } = await service.call(request, { token, body: {} }));
    expect({ request, status }).toEqual({ request, status: 429 });
  }
});

test('no password, token or secret is in any file', async () => {
  const session = await service.logIn('maker', password);
  const { body } = await service.call('POST /tokens', { token: session, body: { name: 'program', days: 1 } });
  const { body: setUp } = await service.call('POST /mfa', { token: session });
  const secret = new URL((setUp as { uri: string }).uri).searchParams.get('secret') ?? 'none';
  const all = concerns.map(({ name }) => readLog(service.logs, name)).join('');
  for (const each of [password, session, (body as { token: string }).token, secret]) expect(all).not.toContain(each);
});
