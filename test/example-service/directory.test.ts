/** The example service and a real directory: who comes from there, who may log in, and what of it stands in which file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ConcernName } from '@sentrikat/file-exporter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually, parseDetailed, readLog } from '../instruments/log-files.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { noSlapd } from '../servers/slapd.ts';
import { passwordOf, startCompanyDirectory, type CompanyDirectory } from './company-directory.ts';
import { administrator, startService, type RunningService } from './running-service.ts';

const reason = noSlapd();

describe.skipIf(reason !== undefined)(`a directory${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let postgres: PostgresServer;
  let directory: CompanyDirectory;
  let service: RunningService;
  let adminToken: string;
  let scratch: string;

  beforeAll(async () => {
    [postgres, directory] = await Promise.all([startPostgres(), startCompanyDirectory()]);
    // The safe way: what is said by the service account and by people is encrypted, with the password in a file.
    scratch = mkdtempSync(join(tmpdir(), 'directory-'));
    const certificate = join(scratch, 'certificate.pem');
    writeFileSync(certificate, directory.slapd.certificate);
    service = await startService(postgres.url, {
      ...directory.env,
      LDAP_START_TLS: 'true',
      NODE_EXTRA_CA_CERTS: certificate,
      WORKERS: '1',
      TICK_SECONDS: '0.2',
    });
    adminToken = await service.logIn(administrator.name, administrator.password);
    await messagesOf('ldap', /^\[directory\.sync\.completed\]/);
  });

  afterAll(async () => {
    await service.program.stop('SIGTERM');
    service.removeLogs();
    await directory.slapd.stop();
    await postgres.stop();
    rmSync(scratch, { recursive: true });
  });

  /** Messages that match, once there is one. */
  async function messagesOf(concern: ConcernName, pattern: RegExp): Promise<string[]> {
    return eventually(() => {
      const messages = parseDetailed(readLog(service.logs, concern)).map(({ message }) => message);
      const found = messages.filter((message) => pattern.test(message));
      return found.length > 0 ? found : undefined;
    });
  }

  const logIn = (name: string, password: string) => service.call('POST /session', { body: { name, password } });

  test('gives its people an account, with the role of their group', async () => {
    const provisioned = await messagesOf('ldap', /^\[user\.provisioned\]/);
    expect(provisioned.map((message) => message.replace(/^.* target:/, '')).toSorted()).toEqual([
      'barbara - "uid=barbara,ou=people,dc=example,dc=org" as member',
      'edsger - "uid=edsger,ou=people,dc=example,dc=org" as analyst',
      'grace - "uid=grace,ou=people,dc=example,dc=org" as administrator',
      expect.stringMatching(/^twin - /),
    ]);
    expect(await messagesOf('ldap', /^\[user\.provision\.blocked\]/)).toContainEqual(
      expect.stringMatching(/target:uid=Odd\\x20Name,.* reason:entry_invalid - uid: /),
    );
    expect((await messagesOf('ldap', /^\[directory\.sync\.completed\]/))[0]).toMatch(
      / - 4 created, \d changed, \d unchanged, 0 blocked, 0 reactivated, 0 removed, 1 invalid$/,
    );
    expect(await messagesOf('ldap', /^\[SEARCH\] SUCCESS .*\(objectClass=\?\) entries:6/)).not.toEqual([]);
  });

  test('decides whether its people log in', async () => {
    expect(await logIn('grace', passwordOf('grace'))).toMatchObject({ status: 201 });
    const { status, text } = await logIn('grace', 'a guess');
    expect({ status, text }).toEqual({ status: 401, text: expect.stringContaining('login-failed') });
    expect(await logIn('grace', '')).toMatchObject({ status: 401, text });
    expect(await logIn('twin', passwordOf('twin'))).toMatchObject({ status: 401, text });
    expect(await logIn('nobody', passwordOf('grace'))).toMatchObject({ status: 401, text });
    for (const variant of ['Grace', 'grace ', 'Odd Name'])
      expect(await logIn(variant, passwordOf(variant === 'Odd Name' ? variant : 'grace'))).toMatchObject({ text });
    expect(await logIn('grace)(uid=*', passwordOf('grace'))).toMatchObject({ status: 401, text });
    const expected = [
      String.raw`[authn.directory.bind_failed] user:grace ip:127.0.0.1 reason:invalid_credentials - as "uid=grace,ou=people,dc=example,dc=org"`,
      '[authn.login.failure] user:grace ip:127.0.0.1 reason:bad_password - 1 of 5',
      String.raw`[authn.directory.bind_failed] user:grace ip:127.0.0.1 reason:empty_password - as "uid=grace,ou=people,dc=example,dc=org"`,
      '[authn.login.failure] user:grace ip:127.0.0.1 reason:bad_password - 2 of 5',
      '[authn.directory.ambiguous] user:twin ip:127.0.0.1',
      '[authn.login.failure] user:twin ip:127.0.0.1 reason:unknown_user',
      '[authn.directory.user_not_found] user:nobody ip:127.0.0.1',
      '[authn.login.failure] user:nobody ip:127.0.0.1 reason:unknown_user',
      ...['Grace', String.raw`grace\x20`, String.raw`Odd\x20Name`].flatMap((name) => [
        `[authn.directory.user_not_found] user:${name} ip:127.0.0.1`,
        `[authn.login.failure] user:${name} ip:127.0.0.1 reason:unknown_user`,
      ]),
      '[authn.directory.user_not_found] user:grace)(uid=* ip:127.0.0.1',
      '[authn.login.failure] user:grace)(uid=* ip:127.0.0.1 reason:unknown_user',
    ];
    await messagesOf('security', /^\[authn\.login\.failure\] user:grace\)/);
    expect(parseDetailed(readLog(service.logs, 'security')).map(({ message }) => message)).toEqual(expected);
    for (const name of ['application', 'error', 'access', 'security', 'audit', 'ldap', 'performance'] as const)
      expect(readLog(service.logs, name)).not.toMatch(/the password of|a guess/);
  });

  test('that does not know somebody any more keeps them out, until it knows them again', async () => {
    const token = await service.logIn('barbara', passwordOf('barbara'));
    await directory.remove('barbara');
    await messagesOf('ldap', /^\[user\.deprovisioned\] SUCCESS user:system target:barbara$/);
    expect(await service.call('GET /session', { token })).toMatchObject({ status: 401 });
    await directory.add('barbara');
    // Not the audit entry, which is there before the change is.
    await messagesOf('ldap', /^\[directory\.sync\.completed\].* 1 reactivated/);
    expect(readLog(service.logs, 'audit')).toContain('USER_REACTIVATE users:');
    expect(await logIn('barbara', passwordOf('barbara'))).toMatchObject({ status: 201 });
  });

  test('gives another role when a group is mapped to one', async () => {
    const group = encodeURIComponent('CN=Risk, ou=groups,dc=example,dc=org');
    const token = adminToken;
    expect(
      await service.call(`PUT /directory/groups/${group}`, { token, body: { role: 'administrator' } }),
    ).toMatchObject({
      body: { dn: 'cn=risk,ou=groups,dc=example,dc=org', role: 'administrator' },
    });
    await messagesOf('ldap', /^\[directory\.group\.mapping_updated\] SUCCESS user:1 target:cn=risk,/);
    expect((await messagesOf('ldap', /^\[user\.synchronized\]/))[0]).toMatch(/target:edsger - .* as administrator$/);
    expect(await service.call(`DELETE /directory/groups/${group}`, { token })).toMatchObject({ status: 204 });
    await messagesOf('ldap', /^\[directory\.group\.unmapped\] SUCCESS user:1 target:cn=risk,/);
    await messagesOf('ldap', /^\[user\.synchronized\] .* target:edsger - .* as member$/);
  });

  test('that does not answer lets nobody of its people in, and everybody else', async () => {
    await directory.slapd.kill();
    expect(await logIn('grace', passwordOf('grace'))).toMatchObject({
      status: 503,
      body: { error: { code: 'unavailable' } },
    });
    expect(await messagesOf('security', /^\[authn\.error\]/)).toEqual([
      '[authn.error] user:grace ip:127.0.0.1 reason:directory_unreachable',
    ]);
    await messagesOf('ldap', /^\[directory\.sync\.failed\] FAILED user:system reason:unreachable - /);
    expect(await service.logIn(administrator.name, administrator.password)).toMatch(/^[\w-]{43}$/);
  });
});
