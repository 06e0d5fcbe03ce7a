/** What happens in the example service so that every event has its occasion. The scenes are played in this order. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import type { Pool } from 'pg';
import { TOTP, URI } from 'otpauth';

import { passwordOf, type CompanyDirectory } from './company-directory.ts';
import { startService, type RunningService } from './running-service.ts';

export interface Stage {
  readonly service: RunningService;
  /** What the service was started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  /** For what only time would bring about. */
  readonly database: Pool;
  readonly directory: CompanyDirectory;
  readonly mailFolder: string;
  readonly secretsKey: string;
  readonly asAdmin: RunningService['call'];
  /** Waits for a line of ldap.log that was not there before the scene. */
  readonly untilLdapSays: (pattern: RegExp) => Promise<void>;
}

const password = 'correct horse battery staple';

export type SceneName =
  | 'logins'
  | 'lockout'
  | 'accounts'
  | 'passwords'
  | 'resets'
  | 'second factors'
  | 'keys'
  | 'tokens'
  | 'sessions'
  | 'refusals'
  | 'roles'
  | 'settings'
  | 'documents'
  | 'products'
  | 'trail'
  | 'teams'
  | 'invitations'
  | 'licence'
  | 'directory'
  | 'groups'
  | 'a directory that is away';

export const scenes: Readonly<Record<SceneName, (stage: Stage) => Promise<void>>> = {
  async logins({ service, asAdmin }) {
    await createUser(asAdmin, 'login-l');
    await service.call('POST /session', { body: { name: 'login-l' } });
    await service.call('POST /session', { body: { name: 'nobody', password } });
    await service.call('POST /session', { body: { name: 'login-l', password: 'a guess' } });
    await service.logIn('login-l', password);
  },

  async lockout({ service, asAdmin }) {
    const id = await createUser(asAdmin, 'lockout-l');
    for (const guess of ['1', '2', '3', '4', '5', password])
      await service.call('POST /session', { body: { name: 'lockout-l', password: guess } });
    await asAdmin(`POST /users/${id}/unlock`);
  },

  async accounts({ service, asAdmin }) {
    const id = await createUser(asAdmin, 'account-a');
    await asAdmin(`GET /users/${id}`);
    await asAdmin(`PATCH /users/${id}`, { body: { displayName: 'Account' } });
    await asAdmin(`PATCH /users/${id}`, { body: { role: 'analyst' } });
    await asAdmin(`POST /users/${id}/block`);
    await service.call('POST /session', { body: { name: 'account-a', password } });
    await asAdmin(`POST /users/${id}/unblock`);
    await asAdmin(`DELETE /users/${id}`);
  },

  async passwords({ service, asAdmin }) {
    const id = await createUser(asAdmin, 'password-p');
    await asAdmin(`POST /users/${id}/force-password-change`);
    const token = await service.logIn('password-p', password);
    await service.call('GET /users', { token });
    await service.call('PUT /password', { token, body: { current: 'not this one', password: 'another long one' } });
    await service.call('PUT /password', { token, body: { current: password, password: 'another long one' } });
  },

  async resets({ service, asAdmin, database, mailFolder }) {
    const id = await createUser(asAdmin, 'reset-r');
    const request = (name: string) => service.call('POST /password/reset', { body: { name } });
    const complete = (token: string) =>
      service.call('POST /password/reset/complete', { body: { token, password: 'a brand new one' } });
    await request('nobody');
    await request('grace');
    await request('reset-r');
    const [token = ''] = tokensIn(mailFolder);
    await complete(token);
    await complete(token);
    await complete('no token at all');
    await request('reset-r');
    const late = tokensIn(mailFolder).find((each) => each !== token) ?? '';
    await database.query(`UPDATE password_resets SET expires_at = now() WHERE user_id = $1`, [id]);
    await complete(late);
    renameSync(mailFolder, `${mailFolder}.away`);
    await request('reset-r');
    renameSync(`${mailFolder}.away`, mailFolder);
    for (let count = 0; count < 20; count += 1) await request('nobody');
  },

  async 'second factors'({ service, asAdmin, database }) {
    const id = await createUser(asAdmin, 'factor-f');
    await asAdmin(`POST /users/${id}/require-mfa`);
    const first = await service.logIn('factor-f', password);
    await service.call('GET /users', { token: first });
    const totp = await setUp(service, first);
    await service.call('POST /mfa/enable', { token: first, body: { code: wrongCodeOf(totp) } });
    await service.call('POST /mfa/enable', { token: first, body: { code: totp.generate() } });
    const half = await service.logIn('factor-f', password);
    await service.call('POST /session/code', { body: { token: half, code: wrongCodeOf(totp) } });
    await database.query('UPDATE users SET mfa_last_step = 0 WHERE id = $1', [id]);
    await service.call('POST /session/code', { body: { token: half, code: totp.generate() } });
    await service.call('DELETE /mfa', { token: first, body: { password: 'not this one' } });
    await service.call('DELETE /mfa', { token: first, body: { password } });
    await asAdmin(`POST /users/${id}/reset-mfa`);
  },

  async keys({ service, asAdmin, database, databaseUrl, env, secretsKey }) {
    const id = await createUser(asAdmin, 'key-k');
    const token = await service.logIn('key-k', password);
    const totp = await setUp(service, token);
    await service.call('POST /mfa/enable', { token, body: { code: totp.generate() } });
    const successor = await startService(databaseUrl, {
      ...env,
      LOG_DIR: service.logs,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      SECRETS_KEY_BEFORE: secretsKey,
    });
    await successor.program.stop('SIGTERM');
    successor.removeLogs();
    // This one still has the key of before.
    const half = await service.logIn('key-k', password);
    await service.call('POST /session/code', { body: { token: half, code: totp.generate() } });
    await database.query('DELETE FROM users WHERE id = $1', [id]);
  },

  async tokens({ service, asAdmin }) {
    await createUser(asAdmin, 'token-t');
    const token = await service.logIn('token-t', password);
    const { body } = await service.call('POST /tokens', { token, body: { name: 'a program', days: 1 } });
    const made = body as { id: number; token: string };
    await service.call('GET /session', { token: made.token });
    await service.call(`DELETE /tokens/${made.id}`, { token });
    await service.call('GET /session', { token: made.token });
  },

  async sessions({ service, asAdmin, database }) {
    const id = await createUser(asAdmin, 'session-s');
    const token = await service.logIn('session-s', password);
    await service.call('DELETE /session', { token });
    await service.logIn('session-s', password);
    await asAdmin(`DELETE /users/${id}/sessions`);
    await service.logIn('session-s', password);
    await database.query('UPDATE sessions SET expires_at = now() WHERE user_id = $1', [id]);
  },

  async refusals({ service, asAdmin }) {
    await createUser(asAdmin, 'refusal-r');
    const token = await service.logIn('refusal-r', password);
    await service.call('GET /users', { token });
    await service.call('GET /users');
    await fetch(`${service.url}/session`, { method: 'DELETE', headers: { origin: 'https://elsewhere.example' } });
    await service.call('GET /.env');
    await service.call('POST /session', { body: '{' });
  },

  async roles({ asAdmin }) {
    await asAdmin('POST /roles', { body: { name: 'auditor', permissions: [] } });
    await asAdmin('PUT /roles/auditor', { body: { permissions: ['read-audit'] } });
    await asAdmin('DELETE /roles/auditor');
  },

  async settings({ asAdmin }) {
    await asAdmin('PUT /settings/retention.days', { body: { value: 365 } });
    await asAdmin('PUT /settings/retention.days', { body: { value: 400 } });
  },

  async documents({ asAdmin }) {
    await asAdmin('PUT /documents/license', { body: { holder: 'Example', seats: 500 } });
    await asAdmin('PUT /documents/license', { body: { holder: 'Example', seats: 600 } });
    await asAdmin('DELETE /documents/license');
    await asAdmin('PUT /documents/branding', { body: { title: 'Ours' } });
    await asAdmin('PUT /documents/branding', { body: { title: 'Theirs' } });
    await asAdmin('DELETE /documents/branding');
  },

  async products({ asAdmin }) {
    const { body } = await asAdmin('POST /products', { body: { name: 'Product', vendor: 'Vendor' } });
    const { id } = body as { id: number };
    await asAdmin(`PUT /products/${id}`, { body: { name: 'Product', vendor: 'Another' } });
    await asAdmin(`PUT /products/${id}/acknowledgements/CVE-2026-12345`);
    await asAdmin(`DELETE /products/${id}/acknowledgements/CVE-2026-12345`);
    await asAdmin(`DELETE /products/${id}`);
    const several = ['A', 'B'].map((name) => ({ name, vendor: 'Vendor' }));
    const imported = (await asAdmin('POST /products/import', { body: several })).body as { id: number }[];
    await asAdmin('GET /products/export');
    await asAdmin('POST /products/batch-delete', { body: { ids: imported.map((product) => product.id) } });
  },

  async trail({ asAdmin }) {
    await asAdmin('GET /trail');
    await asAdmin('GET /trail/export');
  },

  async teams({ service, asAdmin }) {
    const id = await createUser(asAdmin, 'team-t');
    await asAdmin('PUT /teams/red', { body: { disabled: false } });
    await asAdmin(`PUT /teams/red/members/${id}`, { body: { role: 'member' } });
    await asAdmin(`PUT /teams/red/members/${id}`, { body: { role: 'manager' } });
    await asAdmin('PUT /teams/red', { body: { disabled: true } });
    await service.call('POST /session', { body: { name: 'team-t', password } });
    await asAdmin(`DELETE /teams/red/members/${id}`);
  },

  async invitations({ asAdmin }) {
    await asAdmin('POST /users/invitations', { body: { name: 'guest', displayName: 'Guest', role: 'member' } });
  },

  async licence({ asAdmin, directory, untilLdapSays }) {
    await asAdmin('PUT /documents/license', { body: { holder: 'Example', seats: 1 } });
    await directory.add('linus');
    await untilLdapSays(/user\.provision\.blocked.*no_seat_left/);
    await asAdmin('DELETE /documents/license');
  },

  async directory({ service, asAdmin, directory, untilLdapSays }) {
    for (const [name, secret] of [
      ['grace', passwordOf('grace')],
      ['grace', 'a guess'],
      ['twin', passwordOf('twin')],
      ['nobody', 'a guess'],
    ])
      await service.call('POST /session', { body: { name, password: secret } });
    const group = encodeURIComponent('cn=risk,ou=groups,dc=example,dc=org');
    await asAdmin(`PUT /directory/groups/${group}`, { body: { role: 'administrator' } });
    await untilLdapSays(/user\.synchronized/);
    await directory.add('radia');
    await untilLdapSays(/user\.provisioned.*radia/);
    await directory.remove('radia');
    await untilLdapSays(/user\.deprovisioned.*radia/);
    await directory.add('radia');
    await untilLdapSays(/ 1 reactivated/);
  },

  async groups({ asAdmin }) {
    const group = encodeURIComponent('cn=operations,ou=groups,dc=example,dc=org');
    await asAdmin(`PUT /directory/groups/${group}`, { body: { role: 'member' } });
    await asAdmin(`PUT /directory/groups/${group}`, { body: { role: 'analyst' } });
    await asAdmin(`DELETE /directory/groups/${group}`);
  },

  async 'a directory that is away'({ service, directory }) {
    await directory.slapd.kill();
    await service.call('POST /session', { body: { name: 'grace', password: passwordOf('grace') } });
  },
};

async function createUser(asAdmin: Stage['asAdmin'], name: string): Promise<number> {
  const { body } = await asAdmin('POST /users', { body: { name, displayName: name, role: 'member', password } });
  return (body as { id: number }).id;
}

/** What has been mailed: the text of a mail is the token. */
function tokensIn(mailFolder: string): string[] {
  return readdirSync(mailFolder).map(
    (file) => readFileSync(join(mailFolder, file), 'utf8').trim().split('\r\n').at(-1) ?? '',
  );
}

async function setUp(service: RunningService, token: string): Promise<TOTP> {
  const { body } = await service.call('POST /mfa', { token });
  const totp = URI.parse((body as { uri: string }).uri);
  if (!(totp instanceof TOTP)) throw new TypeError('a second factor that does not go by time');
  return totp;
}

/** One that is not right within the minutes of a test. */
function wrongCodeOf(totp: TOTP): string {
  const near = new Set([-1, 0, 1, 2, 3].map((steps) => totp.generate({ timestamp: Date.now() + steps * 30_000 })));
  return ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !near.has(code)) ?? '';
}
