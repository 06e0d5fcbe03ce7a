import { concerns } from '@sentrikat/file-exporter';
import { describe, expect, test } from 'vitest';

import { readConfiguration, type Environment } from './read-configuration.ts';

/** What is said about the environment: code and what. */
function said(environment: Environment): string[] {
  return readConfiguration(environment).notices.map(({ code, what }) => `${code}: ${what}`);
}

test('an empty environment is the seven rows and the documented defaults, and nothing to say', () => {
  const configuration = readConfiguration({});
  expect(configuration.concerns).toEqual(concerns);
  expect(configuration.notices).toEqual([]);
  expect(configuration.general).toMatchObject({
    LOG_DIR: undefined,
    STORAGE_ROOT: undefined,
    SENTRIKAT_SLOW_QUERY_MS: 200,
    SENTRIKAT_SLOW_ENDPOINT_MS: 1000,
    SENTRIKAT_VERY_SLOW_ENDPOINT_MS: 5000,
    SENTRIKAT_TIME_ZONE: 'local',
    SENTRIKAT_EMPTY_FILE_ROLLOVER: false,
  });
});

/** Variable, text, value; no value where the text is refused and the default stays. */
const texts: [name: string, text: string, value?: unknown][] = [
  ['LOG_DIR', ' /var/log/shop ', '/var/log/shop'],
  ['STORAGE_ROOT', 'data', 'data'],
  ['SENTRIKAT_SLOW_QUERY_MS', '0', 0],
  ['SENTRIKAT_SLOW_QUERY_MS', '0250', 250],
  ['SENTRIKAT_SLOW_QUERY_MS', '86400000', 86_400_000],
  ['SENTRIKAT_SLOW_QUERY_MS', '86400001'],
  ['SENTRIKAT_SLOW_QUERY_MS', '9'.repeat(400)],
  ['SENTRIKAT_SLOW_QUERY_MS', '1e3'],
  ['SENTRIKAT_SLOW_QUERY_MS', '0x10'],
  ['SENTRIKAT_SLOW_QUERY_MS', '+5'],
  ['SENTRIKAT_SLOW_QUERY_MS', '-1'],
  ['SENTRIKAT_SLOW_QUERY_MS', '1.5'],
  ['SENTRIKAT_SLOW_QUERY_MS', '1_000'],
  ['SENTRIKAT_SLOW_QUERY_MS', '1 000'],
  ['SENTRIKAT_SLOW_QUERY_MS', '200ms'],
  ['SENTRIKAT_SLOW_QUERY_MS', '٣'],
  ['SENTRIKAT_SLOW_QUERY_MS', 'NaN'],
  ['SENTRIKAT_TIME_ZONE', ' UTC\n', 'utc'],
  ['SENTRIKAT_TIME_ZONE', 'Europe/Berlin'],
  ['SENTRIKAT_EMPTY_FILE_ROLLOVER', 'True', true],
  ['SENTRIKAT_EMPTY_FILE_ROLLOVER', 'false', false],
  ['SENTRIKAT_EMPTY_FILE_ROLLOVER', '1'],
  ['SENTRIKAT_EMPTY_FILE_ROLLOVER', 'constructor'],
  ['SENTRIKAT_EMPTY_FILE_ROLLOVER', '__proto__'],
  ['SENTRIKAT_REDACT_KEYS', 'foo, bar ,,', ['foo', 'bar']],
  ['SENTRIKAT_REDACT_KEEP', ',', []],
];

test.each(texts)('%s %j is read as %j', (name, text, value) => {
  const { general, notices } = readConfiguration({ [name]: text });
  const { general: defaults } = readConfiguration({});
  const expected = value === undefined ? {} : { [name]: value };
  expect(general).toEqual({ ...defaults, ...expected });
  expect(notices.map(({ code }) => code)).toEqual(value === undefined ? ['INVALID_VALUE'] : []);
});

test.each(['', ' ', '\t\n'])('a variable that is %j is not set', (text) => {
  expect(readConfiguration({ LOG_DIR: text, SENTRIKAT_SLOW_QUERY_MS: text, SENTRIKAT_AUDIT_FLOOR: text })).toEqual(
    readConfiguration({}),
  );
});

test('tunes the file of one concern and leaves the others', () => {
  const { concerns: tuned } = readConfiguration({
    SENTRIKAT_SECURITY_FLOOR: 'info',
    SENTRIKAT_SECURITY_BACKUPS: '0',
    SENTRIKAT_SECURITY_MAX_BYTES: '1099511627776',
  });
  expect(tuned).toEqual(
    concerns.map((row) => (row.name === 'security' ? { ...row, floor: 'INFO', backups: 0, maxBytes: 2 ** 40 } : row)),
  );
});

test('says what a value has to be, and what is used instead', () => {
  const { notices } = readConfiguration({ SENTRIKAT_AUDIT_FLOOR: 'loud', SENTRIKAT_AUDIT_BACKUPS: '1001' });
  expect(notices).toEqual([
    {
      code: 'INVALID_VALUE',
      what: 'SENTRIKAT_AUDIT_BACKUPS is "1001", which is not a whole number of files, at most 1000',
      why: 'the default is used instead: 50',
      remedy: 'set it to a whole number of files, at most 1000, or leave it out',
    },
    expect.objectContaining({
      what: 'SENTRIKAT_AUDIT_FLOOR is "loud", which is not one of DEBUG, INFO, WARNING, ERROR, CRITICAL',
      why: 'the default is used instead: INFO',
    }),
  ]);
});

describe('a name that nothing reads', () => {
  test.each([
    ['SENTRIKAT_AUDIT_FLOR', 'SENTRIKAT_AUDIT_FLOOR'],
    ['SENTRIKAT_SLOW_QUERY', 'SENTRIKAT_SLOW_QUERY_MS'],
    ['SENTRIKAT_TIMEZONE', 'SENTRIKAT_TIME_ZONE'],
    ['SENTRIKAT_AUDITS_FLOOR', 'SENTRIKAT_AUDIT_FLOOR'],
    ['sentrikat_audit_floor', 'SENTRIKAT_AUDIT_FLOOR'],
    ['SENTRIKAT_LOG_DIR', 'LOG_DIR'],
    ['SENTRIKAT_STORAGE_ROOT', 'STORAGE_ROOT'],
    ['SENTRIKAT_SLOW_QUERY_MILLIS', 'SENTRIKAT_SLOW_QUERY_MS'],
    ['SENTRIKAT_AUDIT_MAXIMUM_BYTES', 'SENTRIKAT_AUDIT_MAX_BYTES'],
  ])('is taken for a slip where it is near one of ours: %s', (name, meant) => {
    expect(said({ [name]: 'x' })).toEqual([
      `UNKNOWN_VARIABLE: "${name}" is no variable of the preload; did you mean "${meant}"?`,
    ]);
  });

  test('is remarked on, and no more, where it is not: it may be the application’s own', () => {
    const { notices, remarks } = readConfiguration({ SENTRIKAT_LICENSE_KEY: 's3cret', SENTRIKAT_URL: 'x', PATH: 'x' });
    expect(notices).toEqual([]);
    expect(remarks).toEqual([
      expect.objectContaining({
        code: 'VARIABLES_IGNORED',
        what: 'the preload does not read "SENTRIKAT_LICENSE_KEY", "SENTRIKAT_URL"',
      }),
    ]);
    expect(JSON.stringify(remarks)).not.toContain('s3cret');
  });

  test.each([
    // What Kubernetes tells every container about services that are called sentrikat and sentrikat-web.
    'SENTRIKAT_SERVICE_HOST',
    'SENTRIKAT_WEB_SERVICE_HOST',
    'SENTRIKAT_WEB_SERVICE_PORT_HTTP',
    'SENTRIKAT_WEB_PORT_8080_TCP_ADDR',
    'SENTRIKAT_WEB_PORT',
    'log_dir',
    'LOG_DIRS',
    '__proto__',
  ])('is nothing to speak of where it is surely somebody else’s: %s', (name) => {
    const { notices, remarks } = readConfiguration(Object.fromEntries([[name, 'x']]));
    expect([notices, remarks]).toEqual([[], []]);
  });
});

test('reads no variable from the prototype', () => {
  const environment = Object.create({ SENTRIKAT_AUDIT_FLOR: 'x' }) as Environment;
  expect(said(environment)).toEqual([]);
});
