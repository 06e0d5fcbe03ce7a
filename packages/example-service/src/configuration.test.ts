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

test.each([
  [{}, 'DATABASE_URL'],
  [{ DATABASE_URL: 'mysql://db.example/app' }, 'DATABASE_URL'],
  [{ DATABASE_URL: 'postgres:///app' }, 'DATABASE_URL'],
  [{ DATABASE_URL, PORT: '65536' }, 'PORT'],
  [{ DATABASE_URL, WORKERS: '0' }, 'WORKERS'],
  [{ DATABASE_URL, TICK_SECONDS: 'often' }, 'TICK_SECONDS'],
  [{ DATABASE_URL, ADMIN_PASSWORD: 'short' }, 'ADMIN_PASSWORD'],
])('%o is refused because of %s', (...[environment, variable]) => {
  expect(() => readConfiguration(environment)).toThrow(new RegExp(`^CONFIGURATION_INVALID: ${variable} \\(`));
});

test('what is wrong is named at once and in whole, and no value is', () => {
  const environment = { DATABASE_URL: 'mysql://user:s3cret@db.example/app', PORT: 'x', ADMIN_PASSWORD: 'hunter2' };
  expect(() => readConfiguration(environment)).toThrow(
    /DATABASE_URL \(.*PORT \(.*ADMIN_PASSWORD \((?!.*(s3cret|hunter2))/s,
  );
});
