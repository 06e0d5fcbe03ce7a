/**
 * Everything that logs are made of, with secrets in it and with what breaks lines, through a real service into all sinks: no
 * byte of a secret comes out in any of the seven files or of what is sent, and no line is forged.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { concerns } from '@sentrikat/file-exporter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { keptMark } from '../../packages/instrumentation/src/redaction/secrets.test-arbitrary.ts';
import { marks } from '../../packages/instrumentation/src/redaction/text/detectors.ts';
import {
  forbiddenLines,
  linesOf,
  parseAccessLine,
  parseDetailed,
  parseJsonLines,
  readLog,
} from '../instruments/log-files.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../instruments/otlp-receiver.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';
import { leaks, secret, secretInputs } from './secret-corpus.ts';

const program = `${import.meta.dirname}/fixtures/secret-bearing-service.cjs`;
const directory = mkdtempSync(join(tmpdir(), 'secret-leaks-'));
let receiver: OtlpReceiver;
let ending: Ending;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const corpus = join(directory, 'corpus.json');
  writeFileSync(corpus, JSON.stringify({ inputs: secretInputs, secret }));
  ending = await startProgram({
    args: ['--max-http-header-size=262144', ...preload, program, corpus, '--password', secret],
    env: {
      LOG_DIR: directory,
      SENTRIKAT_BRIDGES: 'pino,console',
      // Every request is slow, so that its endpoint is written.
      SENTRIKAT_SLOW_ENDPOINT_MS: '0',
      OTEL_RESOURCE_ATTRIBUTES: `api.key=${secret},note=Bearer%20${secret}`,
      OTEL_NODE_RESOURCE_DETECTORS: 'all',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      // One signal in each notation, so that both are looked at.
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
      OTEL_BLRP_MAX_QUEUE_SIZE: '100000',
      OTEL_BSP_MAX_QUEUE_SIZE: '100000',
      ...Object.fromEntries(concerns.map(({ name }) => [`SENTRIKAT_${name.toUpperCase()}_MAX_BYTES`, '1000000000'])),
    },
  }).ended(120_000);
});

afterAll(async () => {
  await receiver.close();
  rmSync(directory, { recursive: true });
});

test('the service has met everything, and ended as if nothing had been strange', () => {
  expect(secretInputs.length).toBeGreaterThanOrEqual(300);
  expect(ending).toMatchObject({ code: 0, signal: null, stderr: 'done\n' });
});

test.each(concerns)('$file has no secret in it', ({ name }) => {
  expect(leaksOf(readLog(directory, name))).toEqual([]);
});

test('nothing that is sent has a secret in it, in bytes neither', () => {
  const texts = receiver.payloads.map((payload) => payload.toString('latin1'));
  const bytes = texts.flatMap((text) =>
    [...text.matchAll(/"bytesValue":"([^"]*)"/g)].map(([, encoded = '']) => encoded),
  );
  expect(bytes.length).toBeGreaterThan(0);
  const decoded = bytes.map((encoded) => Buffer.from(encoded, 'base64').toString('latin1'));
  expect(texts.concat(decoded).flatMap(leaksOf)).toEqual([]);
});

test('all of it was sent: that there is no secret is not for want of records', () => {
  expect(receiver.contentTypes).toEqual(new Set(['application/json', 'application/x-protobuf']));
  const sent = receiver.logs.filter(({ name }) => name.startsWith('shop.'));
  expect(sent).toHaveLength(concerns.length * secretInputs.length);
  // Once of each span, and once of its link; of the statement's span, and of the record that it is slow.
  const payloads = receiver.payloads.map((payload) => payload.toString('latin1')).join('');
  expect(payloads.split('db.query.text').length - 1).toBe(4 * secretInputs.length);
});

test('what the process says of itself has no secrets, and is sent', () => {
  const payload = receiver.payloads.map(String).find((text) => text.startsWith('{"resourceLogs"'));
  expect(payload).toContain('{"key":"api.key","value":{"stringValue":"[redacted]"}}');
  expect(payload).toContain('{"stringValue":"--password"},{"stringValue":"[redacted]"}');
});

test('every kind of secret was there, and what is none has stayed', () => {
  const text = readLog(directory, 'application');
  expect([...marks].filter((mark) => !text.includes(mark))).toEqual([]);
  const harmless = secretInputs.filter((input) => input.text.includes(keptMark));
  expect(text.split('\n').filter((line) => line.includes(keptMark)).length).toBeGreaterThanOrEqual(harmless.length);
});

describe('no line is forged:', () => {
  test('no file holds a character that could make one', () => {
    expect(forbiddenLines(directory)).toEqual([]);
  });

  /** Of each input: what the service has logged itself, and what comes of the request. */
  test.each([
    ['application', ['shop', 'pino', 'console']],
    ['error', ['shop', 'its copy', 'the answer of 500', 'the exception']],
    ['security', ['shop', 'authn.login.failure']],
    ['ldap', ['shop', 'directory.sync.failed', 'the search']],
  ] as const)('%s.log has as many records as there were', (name, origins) => {
    const records = parseDetailed(readLog(directory, name));
    expect(records).toHaveLength(origins.length * secretInputs.length);
    expect(records.filter(({ module }) => module.includes('forged'))).toEqual([]);
  });

  test.each([
    ['audit', ['shop', 'user.updated']],
    ['performance', ['shop', 'the statement', 'the endpoint', 'the endpoint that is none']],
  ] as const)('%s.log has as many records as there were', (name, origins) => {
    const records = parseJsonLines(readLog(directory, name));
    expect(records).toHaveLength(origins.length * secretInputs.length);
    expect(records.filter(({ logger }) => logger !== name)).toEqual([]);
  });

  test('access.log has a line for each request, and one for each record', () => {
    const lines = linesOf(readLog(directory, 'access')).filter((line) => !line.startsWith('  '));
    const requests = lines.filter((line) => line.includes('] INFO: ')).map(parseAccessLine);
    expect(requests.map(({ method, status, path }) => [method, status, path.split('/')[2]])).toEqual(
      secretInputs.flatMap((_, index) => ['500', '404'].map((status) => ['GET', status, String(index)])),
    );
    expect(lines.filter((line) => line.includes('] ERROR: '))).toHaveLength(secretInputs.length);
    expect(lines).toHaveLength(3 * secretInputs.length);
  });
});

/** Around each place where a text has part of a secret. */
function leaksOf(text: string): string[] {
  return leaks.filter((leak) => text.includes(leak)).map((leak) => `${leak} in ${around(text, text.indexOf(leak))}`);
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - 100), at + 100);
}
