/** Operations on a real directory, by an application that says nothing of them itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseDetailed, readLog } from '../instruments/log-files.ts';
import { preload, startProgram } from '../instruments/program.ts';
import { ldif } from '../ldapts/directory.ts';
import { noSlapd, startSlapd, type SlapdServer } from '../servers/slapd.ts';

const reason = noSlapd();

describe.skipIf(reason !== undefined)(`ldap.log${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let slapd: SlapdServer;
  let directory: string;

  beforeAll(async () => {
    slapd = await startSlapd(ldif);
    directory = mkdtempSync(join(tmpdir(), 'ldap-'));
  });

  afterAll(async () => {
    await slapd.stop();
    rmSync(directory, { recursive: true });
  });

  test.each(['require', 'import'])('has a line for each operation of a client that came by %s', async (how) => {
    const { dn, password } = slapd.administrator;
    const program = `${import.meta.dirname}/fixtures/asks-directory.cjs`;
    const env = { LOG_DIR: join(directory, how) };
    const ending = await startProgram({ args: [...preload, program, slapd.url, dn, password, how], env }).ended();
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    const lines = parseDetailed(readLog(env.LOG_DIR, 'ldap'));
    expect(lines.map(({ level, message }) => `${level} ${message.replace(/[\d.]+ms$/, 'ms')}`)).toEqual([
      'INFO [BIND] SUCCESS user:system - simple cn=?,dc=example,dc=org ms',
      'INFO [SEARCH] SUCCESS user:alice - ou=people,dc=example,dc=org one (uid=?) entries:1 ms',
      'ERROR [BIND] FAILED user:alice - simple cn=?,dc=example,dc=org result:invalidCredentials ms',
      'INFO [UNBIND] SUCCESS user:alice - ms',
    ]);
    const all = (['application', 'error', 'access', 'security', 'audit', 'ldap', 'performance'] as const).map((name) =>
      readLog(env.LOG_DIR, name),
    );
    expect(all.filter((text) => text.includes('s3cret') || text.includes(password) || text.includes('walker'))).toEqual(
      [],
    );
  });
});
