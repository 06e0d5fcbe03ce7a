import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Environment } from '../configuration/read-configuration.ts';
import { createValueRedaction } from '../redaction/redact.ts';
import { createOtlp } from './otlp.ts';

let directory: string;
let server: http.Server;
/** `POST path content-type` of each request. */
let received: string[];
let bodies: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'otlp-'));
  received = [];
  bodies = [];
  server = http.createServer(receive);
  await listen();
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

function receive(request: http.IncomingMessage, response: http.ServerResponse): void {
  let body = '';
  request.setEncoding('latin1').on('data', (text: string) => (body += text));
  request.on('end', () => {
    bodies.push(body);
    received.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
    response.end();
  });
}

async function listen(): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** `PORT` in a value is the receiver's. */
function environmentOf(variables: Environment): Environment {
  const { port } = server.address() as AddressInfo;
  const entries = Object.entries(variables).map(([name, value]) => [name, value?.replaceAll('PORT', String(port))]);
  return Object.fromEntries(entries) as Environment;
}

/** Sends one log record and one span, as far as they are sent. */
async function send(variables: Environment) {
  const otlp = createOtlp(environmentOf(variables));
  new LoggerProvider({ processors: [...otlp.logRecordProcessors] }).getLogger('a').emit({ body: 'a' });
  new TracerProvider({ spanProcessors: [...otlp.spanProcessors] }).getTracer('a').startSpan('a').end();
  await otlp.flush?.();
  const codes = otlp.notices.map(({ code, what }) => `${code} ${what.split(' ')[0]}`);
  return { received: received.toSorted(), codes, isAnythingSent: otlp.flush !== undefined };
}

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:PORT' };
const protobuf = 'application/x-protobuf';
const logs = `POST /v1/logs ${protobuf}`;
const traces = `POST /v1/traces ${protobuf}`;

test.each<[Environment, received: string[], codes?: string[]]>([
  // No endpoint: nothing goes anywhere, whatever else is set.
  [{}, []],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '  ' }, []],
  [{ OTEL_LOGS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, []],

  // Where to.
  [endpoint, [logs, traces]],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' http://127.0.0.1:PORT/ ' }, [logs, traces]],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:PORT/base' },
    [`POST /base/v1/logs ${protobuf}`, `POST /base/v1/traces ${protobuf}`],
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:PORT/base/?a=1' },
    [`POST /base/v1/logs?a=1 ${protobuf}`, `POST /base/v1/traces?a=1 ${protobuf}`],
  ],
  [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:PORT/only' }, [`POST /only ${protobuf}`]],
  [{ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:PORT/mine' }, [`POST /mine ${protobuf}`, logs]],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:PORT' }, [], ['OTLP_UNAVAILABLE OTEL_EXPORTER_OTLP_ENDPOINT']],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:PORT' }, [], ['OTLP_UNAVAILABLE OTEL_EXPORTER_OTLP_ENDPOINT']],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'unix:/a' },
    [traces],
    ['OTLP_UNAVAILABLE OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'],
  ],

  // Whether.
  [{ ...endpoint, OTEL_LOGS_EXPORTER: 'none' }, [traces]],
  [{ ...endpoint, OTEL_TRACES_EXPORTER: 'None' }, [logs]],
  [{ ...endpoint, OTEL_LOGS_EXPORTER: ' OTLP ,', OTEL_TRACES_EXPORTER: '' }, [logs, traces]],
  [{ ...endpoint, OTEL_LOGS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none,otlp' }, []],
  [{ ...endpoint, OTEL_LOGS_EXPORTER: 'console' }, [traces], ['OTLP_UNAVAILABLE OTEL_LOGS_EXPORTER']],
  [{ ...endpoint, OTEL_LOGS_EXPORTER: 'console, otlp' }, [logs, traces], ['OTLP_UNAVAILABLE OTEL_LOGS_EXPORTER']],

  // How.
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    ['POST /v1/logs application/json', 'POST /v1/traces application/json'],
  ],
  [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: ' HTTP/Protobuf ' }, [logs, traces]],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json' },
    ['POST /v1/logs application/json'],
    ['OTLP_UNAVAILABLE OTEL_EXPORTER_OTLP_PROTOCOL'],
  ],
  [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, [], ['OTLP_UNAVAILABLE OTEL_EXPORTER_OTLP_PROTOCOL']],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, []],
  [
    { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'constructor' },
    [logs],
    ['OTLP_UNAVAILABLE OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'],
  ],
])(
  '%j sends what, where and how it says, and complains once about what it cannot',
  async (environment, expected, codes = []) => {
    expect(await send(environment)).toEqual({ received: expected, codes, isAnythingSent: expected.length > 0 });
  },
);

test('no secret of a span is sent, nor one of the names that are told', async () => {
  const { spanProcessors, flush } = createOtlp(
    environmentOf(endpoint),
    createValueRedaction({ redactKeys: ['badge'] }),
  );
  const attributes = { 'url.query': 'token=hidden', badge: 'hidden', kept: 'shown' };
  new TracerProvider({ spanProcessors: [...spanProcessors] }).getTracer('a').startSpan('b', { attributes }).end();
  await flush?.();
  expect(received).toEqual([traces]);
  expect(bodies[0]).toContain('shown');
  expect(bodies[0]).not.toContain('hidden');
});

test('without an endpoint nobody asks who this process is', () => {
  expect(createOtlp({ OTEL_NODE_RESOURCE_DETECTORS: 'all' }).resourceDetectors).toEqual([]);
  expect(createOtlp(environmentOf(endpoint)).resourceDetectors).toHaveLength(4);
});

test('shows no password of an endpoint that it cannot use', () => {
  const [notice] = createOtlp({ OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://user:secret@host/' }).notices;
  expect(notice?.what).toBe('OTEL_EXPORTER_OTLP_ENDPOINT is "host/", by which the preload cannot send');
});

describe('the batch variables', () => {
  test('size the queue', async () => {
    const otlp = createOtlp(
      environmentOf({ ...endpoint, OTEL_BLRP_MAX_QUEUE_SIZE: '3', OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '1' }),
    );
    const logger = new LoggerProvider({ processors: [...otlp.logRecordProcessors] }).getLogger('a');
    for (let index = 0; index < 10; index++) logger.emit({ body: index });
    await otlp.flush?.();
    // Three wait, and one is on its way.
    expect(received).toHaveLength(4);
  });

  test.each(['0', '-1', '1.5', 'many', '', 'Infinity', '1e12'])(
    'are as good as not set where they are %j',
    async (value) => {
      const warnings: Error[] = [];
      const hear = (warning: Error) => void warnings.push(warning);
      process.on('warning', hear);
      const otlp = createOtlp(
        environmentOf({ ...endpoint, OTEL_BLRP_MAX_QUEUE_SIZE: value, OTEL_BLRP_SCHEDULE_DELAY: value }),
      );
      const logger = new LoggerProvider({ processors: [...otlp.logRecordProcessors] }).getLogger('a');
      for (let index = 0; index < 10; index++) logger.emit({ body: index });
      await otlp.flush?.();
      process.off('warning', hear);
      expect(received).toEqual([logs]);
      // Of a timer that would wait for longer than timers can.
      expect(warnings).toEqual([]);
    },
  );
});

describe('over TLS', () => {
  beforeEach(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-newkey', 'ec'];
    const files = ['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')];
    const curve = ['-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...subject, ...curve, ...files], { stdio: 'ignore' });
    server.close();
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(directory, name)));
    server = https.createServer({ key, cert, ca: cert, requestCert: true, rejectUnauthorized: true }, receive);
    await listen();
  });

  const secure = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://127.0.0.1:PORT', OTEL_EXPORTER_OTLP_TIMEOUT: '1000' };

  test('trusts the certificate, and shows the one, that the environment names', async () => {
    const { codes } = await send({
      ...secure,
      OTEL_EXPORTER_OTLP_CERTIFICATE: join(directory, 'cert.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: join(directory, 'cert.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_KEY: join(directory, 'key.pem'),
    });
    expect(codes).toEqual([]);
    expect(received.toSorted()).toEqual([logs, traces]);
  });

  test.each([
    ['does not exist', (): string => 'missing.pem', ['OTLP_CERTIFICATE_UNREADABLE OTEL_EXPORTER_OTLP_CERTIFICATE']],
    [
      'is none',
      (): string => {
        writeFileSync(join(directory, 'none.pem'), 'no certificate');
        return 'none.pem';
      },
      [],
    ],
  ])('sends nothing, and throws nothing, where the certificate %s', async (...[, name, expected]) => {
    const { codes } = await send({ ...secure, OTEL_EXPORTER_OTLP_CERTIFICATE: join(directory, name()) });
    expect(codes).toEqual(expected);
    expect(received).toEqual([]);
  });
});
