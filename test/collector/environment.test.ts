/** What the environment asks of the collector: the configuration it gives, whole, or what is wrong with it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { buildCollector, type BuiltCollector } from '../../collector/build.ts';
import { noCollector } from '../servers/collector.ts';

const reason = noCollector();
let built: BuiltCollector;

/** Built once, for all tests of this folder. */
beforeAll(() => {
  if (reason === undefined) built = buildCollector(() => {});
});

function run(command: string, environment: Readonly<Record<string, string>>) {
  return spawnSync(built.entrypoint, [command], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      SENTRIKAT_COLLECTOR_CONFIG_DIR: built.configFolder,
      SENTRIKAT_COLLECTOR_STATE_DIR: '/tmp/sentrikat-collector',
      ...environment,
    },
  });
}

const elasticsearch = {
  ELASTIC_HOST: 'https://es-1.example.org:9200,es-2.example.org',
  ELASTIC_API_KEY_FILE: '/run/secrets/key',
};
const syslog = { RSYSLOG_REMOTE: '[2001:db8::1]:1514', RSYSLOG_PROTOCOL: 'tcp' };
const tls = { RSYSLOG_REMOTE: 'siem.example.org', RSYSLOG_PROTOCOL: 'tls' };
const files = { SENTRIKAT_COLLECTOR_INPUT: 'files', LOG_DIR: '/var/log/shop', SENTRIKAT_TIME_ZONE: 'utc' };

describe.skipIf(reason !== undefined)('an environment with', () => {
  test.each([
    ['elasticsearch', elasticsearch],
    ['syslog-udp', { RSYSLOG_REMOTE: 'siem.example.org' }],
    ['syslog-tcp', syslog],
    ['syslog-tls', tls],
    ['both', { ...elasticsearch, ...syslog }],
    ['both-from-files', { ...elasticsearch, ...syslog, ...files }],
    ['elasticsearch-from-files', { ...elasticsearch, ...files }],
    ['syslog-from-files', { ...tls, ...files }],
    ['kafka', { KAFKA_BROKERS: 'kafka-1.example.org,kafka-2.example.org:9093' }],
    [
      'both-from-kafka',
      { ...elasticsearch, ...syslog, KAFKA_BROKERS: 'kafka-1.example.org', SENTRIKAT_COLLECTOR_INPUT: 'kafka' },
    ],
  ])('%s gives the whole configuration that stands in collector/golden', async (name, environment) => {
    const { status, stdout, stderr } = run('print-config', environment);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    // The name of this machine is in it, for what the files do not say.
    await expect(stdout.replaceAll(`"${hostname()}"`, '"HOST"')).toMatchFileSnapshot(
      `../../collector/golden/${name}.yaml`,
    );
  });

  test('values that are empty, or not as they are meant, is handed on as it was understood, each name once', () => {
    const program = join(mkdtempSync(join(tmpdir(), 'stand-in-')), 'otelcol');
    // What it was given, of which a shell would have made one of two.
    writeFileSync(program, "#!/bin/sh\ntr '\\0' '\\n' < /proc/$$/environ\n", { mode: 0o755 });
    const { status, stdout, stderr } = run('run', {
      SENTRIKAT_COLLECTOR_PROGRAM: program,
      ELASTIC_HOST: ' es.example.org ',
      ELASTIC_INDEX_PREFIX: '',
      SENTRIKAT_COLLECTOR_FSYNC: '',
      SENTRIKAT_COLLECTOR_OTLP_ENDPOINT: '0.0.0.0',
    });
    rmSync(dirname(program), { recursive: true });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'forwarding to Elasticsearch at http://es.example.org:9200, data streams sentrikat-*\n',
    });
    const handedOn = stdout.split('\n').filter((pair) => /^(ELASTIC|SENTRIKAT)/.test(pair));
    const names = handedOn.map((pair) => pair.split('=', 1).join());
    expect(names).toEqual([...new Set(names)]);
    expect(handedOn).toEqual(
      expect.arrayContaining([
        'ELASTIC_INDEX_PREFIX=sentrikat-',
        'SENTRIKAT_COLLECTOR_FSYNC=true',
        'SENTRIKAT_COLLECTOR_OTLP_ENDPOINT=0.0.0.0:4318',
      ]),
    );
  });

  test('dollar signs in a value is handed on so that they arrive', () => {
    const { stdout } = run('print-config', {
      ELASTIC_HOST: 'es.example.org',
      ELASTIC_USERNAME: 'a$b$$c${env:PATH}',
      ELASTIC_PASSWORD_FILE: '/run/secrets/password',
    });
    expect(stdout).toContain('username: a$b$$c${env:PATH}\n');
  });

  test('destinations is told which they are', () => {
    const { status, stdout, stderr } = run('validate', { ...elasticsearch, ...syslog });
    expect(stderr).toBe('');
    expect(stdout).toBe(
      'would forward to Elasticsearch at https://es-1.example.org:9200, http://es-2.example.org:9200, data streams sentrikat-*\n' +
        'would forward to syslog at [2001:db8::1]:1514 over tcp\n',
    );
    expect(status).toBe(0);
  });

  test.each(['run', 'validate', 'print-config', 'bootstrap'])(
    'mistakes hears of all of them at once, before anything starts: %s',
    (command) => {
      const { status, stdout, stderr } = run(command, {
        ELASTIC_HOST: 'es:0',
        RSYSLOG_REMOTE: '',
        ELASTIC_INDEX_PREFIX: 'A b',
      });
      expect(stdout).toBe('');
      expect(stderr).toBe(
        `INVALID_VALUE: ELASTIC_INDEX_PREFIX is "A b"
  why   names of data streams begin with a small letter or a digit, and have only those, '.', '_' and '-' in them
  do    correct it, or leave it out for sentrikat-
INVALID_VALUE: ELASTIC_HOST is "es:0"
  why   "0" is no port from 1 to 65535
  do    write host:port, or a URL such as https://elasticsearch.example.org:9200; several with commas
`,
      );
      expect(status).toBe(2);
    },
  );

  test('a directory that cannot be written is told so before anything starts', () => {
    const { status, stderr } = run('run', { ...syslog, SENTRIKAT_COLLECTOR_STATE_DIR: '/proc/none' });
    expect(stderr).toMatch(
      /^STATE_DIR_NOT_WRITABLE: "\/proc\/none" cannot be written \(.*\)\n {2}why .*\n {2}do .*SENTRIKAT_COLLECTOR_STATE_DIR\n$/,
    );
    expect(status).toBe(2);
  });

  test('a program that is not there is told so', () => {
    const { status, stderr } = run('validate', { ...syslog, SENTRIKAT_COLLECTOR_PROGRAM: '/nowhere/otelcol' });
    expect(stderr).toMatch(/^COLLECTOR_NOT_FOUND: "\/nowhere\/otelcol" cannot be started/);
    expect(status).toBe(2);
  });
});
