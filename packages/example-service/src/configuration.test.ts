import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readConfiguration } from './configuration.ts';

const DATABASE_URL = 'postgres://user:s3cret@db.example:5432/app';

test('a database is all that has to be said', () => {
  expect(readConfiguration({ DATABASE_URL, ADMIN_PASSWORD: '', PATH: '/bin' })).toEqual({
    databaseUrl: DATABASE_URL,
    host: '127.0.0.1',
    port: 3000,
    workers: 4,
    tickMillis: 60_000,
  });
});

test('every variable has its say', () => {
  expect(
    readConfiguration({
      DATABASE_URL,
      HOST: '::1',
      PORT: '0',
      WORKERS: '2',
      TICK_SECONDS: '0.5',
      ADMIN_PASSWORD: 'a long password',
    }),
  ).toEqual({
    databaseUrl: DATABASE_URL,
    host: '::1',
    port: 0,
    workers: 2,
    tickMillis: 500,
    adminPassword: 'a long password',
  });
});

const directory = {
  LDAP_URL: 'ldaps://directory.example',
  LDAP_BIND_DN: 'cn=reader,dc=example',
  LDAP_BIND_PASSWORD: 's3cret',
  LDAP_BASE_DN: 'dc=example',
};

test('the password for the directory may stand in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  const file = join(folder, 'password');
  writeFileSync(file, 'from a file\n');
  const environment = { DATABASE_URL, ...directory, LDAP_BIND_PASSWORD: '', LDAP_BIND_PASSWORD_FILE: file };
  const read = readConfiguration({ ...environment, LDAP_START_TLS: 'true' }).directory;
  rmSync(folder, { recursive: true });
  expect(read).toEqual({
    url: 'ldaps://directory.example',
    bindDn: 'cn=reader,dc=example',
    bindPassword: 'from a file',
    baseDn: 'dc=example',
    startTls: true,
  });
});

test.each([
  [{}, 'DATABASE_URL'],
  [{ DATABASE_URL: 'mysql://db.example/app' }, 'DATABASE_URL'],
  [{ DATABASE_URL: 'postgres:///app' }, 'DATABASE_URL'],
  [{ DATABASE_URL, PORT: '65536' }, 'PORT'],
  [{ DATABASE_URL, WORKERS: '0' }, 'WORKERS'],
  [{ DATABASE_URL, TICK_SECONDS: 'often' }, 'TICK_SECONDS'],
  [{ DATABASE_URL, ADMIN_PASSWORD: 'short' }, 'ADMIN_PASSWORD'],
  [{ DATABASE_URL, SECRETS_KEY: 'no base64' }, 'SECRETS_KEY'],
  [{ DATABASE_URL, SECRETS_KEY: Buffer.alloc(31).toString('base64') }, 'SECRETS_KEY'],
  [{ DATABASE_URL, ...directory, LDAP_URL: 'http://directory.example' }, 'LDAP_URL'],
  [{ DATABASE_URL, ...directory, LDAP_BIND_DN: '' }, 'LDAP_BIND_DN'],
  [{ DATABASE_URL, ...directory, LDAP_BIND_PASSWORD: '' }, 'LDAP_BIND_PASSWORD'],
  [{ DATABASE_URL, ...directory, LDAP_BIND_PASSWORD: '', LDAP_BIND_PASSWORD_FILE: '/none' }, 'LDAP_BIND_PASSWORD_FILE'],
  [{ DATABASE_URL, ...directory, LDAP_BASE_DN: '' }, 'LDAP_BASE_DN'],
])('%o is refused because of %s', (...[environment, variable]) => {
  expect(() => readConfiguration(environment)).toThrow(new RegExp(`^CONFIGURATION_INVALID: ${variable} \\(`));
});

test('what is wrong is named at once and in whole, and no value is', () => {
  const environment = { DATABASE_URL: 'mysql://user:s3cret@db.example/app', PORT: 'x', ADMIN_PASSWORD: 'hunter2' };
  expect(() => readConfiguration(environment)).toThrow(
    /DATABASE_URL \(.*PORT \(.*ADMIN_PASSWORD \((?!.*(s3cret|hunter2))/s,
  );
});
