/** Real frameworks, a recording logger, and what the client gets to see. */
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';

import { context, logs, ROOT_CONTEXT, trace, type LogRecord } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import express from 'express';
import fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { expressErrors, fastifyErrors, httpErrors } from './errors.ts';
import { security } from './security.ts';
import type { RequestMetadata } from './user.ts';

const express4 = createRequire(import.meta.url)('express-4') as typeof express;

let records: LogRecord[];
let ends: (() => unknown)[];

beforeEach(() => {
  records = [];
  ends = [];
  record(true);
});

afterEach(async () => {
  await Promise.all(ends.map((end) => end()));
  logs.disable();
});

function record(isEnabled: boolean): void {
  logs.disable();
  const logger = { emit: (each: LogRecord) => void records.push(each), enabled: () => isEnabled };
  logs.setGlobalLoggerProvider({ getLogger: () => logger });
}

async function listen(server: http.Server | http2.Http2Server): Promise<string> {
  ends.push(() => ('closeAllConnections' in server && server.closeAllConnections(), server.close()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const secret = 'password authentication failed for user "postgres"';

class Refused extends Error {
  readonly status = 403;
  readonly code = 'EBADCSRFTOKEN';
}

/** Of what an error brings along: what is true of any answer, of that one alone, and what Node refuses to send. */
const unavailable = {
  'Retry-After': 120,
  'X-Hosts': ['a', 'b'],
  'Content-Encoding': 'gzip',
  'Content-Type': 'text/csv',
  'Cache-Control': 'public',
  'X-Split': 'a\r\nSet-Cookie: b',
  'not a name': 'c',
  'X-Nothing': undefined,
  'X-Object': {},
};

/** What the routes of each framework throw, by path. */
const errors: Readonly<Record<string, () => unknown>> = {
  '/fails': () =>
    Object.assign(new Error(secret, { cause: new Error('connection refused') }), {
      code: '28P01',
      routine: 'auth_failed',
    }),
  '/text': () => 'a thrown text',
  '/unavailable': () => Object.assign(new Error('away'), { statusCode: 503, headers: unavailable }),
  '/forged': () => new Refused('invalid csrf token'),
  '/set': () => new Error('not yours'),
};

/** What a handler has said by the time it throws. */
function prepare(path: string, response: Pick<http.ServerResponse, 'statusCode' | 'setHeader'>): void {
  if (path === '/set') response.statusCode = 403;
  response.setHeader('content-type', 'text/csv');
  response.setHeader('content-encoding', 'identity');
  response.setHeader('cache-control', 'public, max-age=3600');
  response.setHeader('access-control-allow-origin', '*');
}

function errorFor({ url = '' }: http.IncomingMessage): unknown {
  return errors[url.split('?')[0] ?? '']?.();
}

const frameworks: Readonly<Record<string, () => Promise<string>>> = {
  'Express 5': () => {
    const app = express();
    for (const [path, make] of Object.entries(errors)) {
      app.get(path, async (...[, response]) => {
        prepare(path, response);
        await Promise.reject(make() as Error);
      });
    }
    return listen(http.createServer(app.use(expressErrors())));
  },
  'Express 4': () => {
    const app = express4();
    for (const [path, make] of Object.entries(errors)) {
      app.get(path, (...[, response]) => {
        prepare(path, response);
        throw make();
      });
    }
    return listen(http.createServer(app.use(expressErrors())));
  },
  'Fastify 5': async () => {
    const app = fastify();
    app.setErrorHandler(fastifyErrors());
    for (const [path, make] of Object.entries(errors)) {
      app.get(path, async (...[, reply]) => {
        if (path === '/set') reply.code(403);
        reply.headers({ 'content-encoding': 'identity', 'cache-control': 'public, max-age=3600' });
        reply.headers({ 'content-type': 'text/csv', 'access-control-allow-origin': '*' });
        await Promise.reject(make() as Error);
      });
    }
    ends.push(() => app.close());
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
};

const plainHandlers: typeof frameworks = {
  'a plain handler that rejects': () =>
    listen(
      http.createServer(
        httpErrors(async (message, response) => {
          prepare(message.url ?? '', response);
          await Promise.reject(errorFor(message) as Error);
        }),
      ),
    ),
  'a plain handler that throws': () =>
    listen(
      http.createServer(
        httpErrors((message, response) => {
          prepare(message.url ?? '', response);
          throw errorFor(message);
        }),
      ),
    ),
};

describe.each(Object.entries({ ...frameworks, ...plainHandlers }))('%s', (...[, start]) => {
  test('tells the client an id and nothing else, and error.log everything', async () => {
    const answer = await fetch(`${await start()}/fails?token=t0ken`);
    const text = await answer.text();
    const { error } = JSON.parse(text) as { error: { id: string } };
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/json; charset=utf-8']);
    // Who may read it is as true of this answer as of the one that was prepared, and how that was written is not.
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(error).toEqual({
      code: 'internal',
      message: 'Something failed on our side.',
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      eventName: 'exception',
      severityText: 'ERROR',
      body: `GET /fails failed (${error.id}): Error: ${secret}`,
      attributes: {
        'error.id': error.id,
        'exception.type': 'Error',
        'url.path': '/fails',
        'code.file.path': import.meta.filename,
        err: { code: '28P01', routine: 'auth_failed' },
        'exception.stacktrace': expect.stringMatching(/errors\.test\.ts[^]*Caused by: Error: connection refused/),
      },
    });
    expect(JSON.stringify(records)).not.toContain('t0ken');
  });

  test('whatever was thrown', async () => {
    const answer = await fetch(`${await start()}/text`);
    expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('a thrown text')]);
    expect(records[0]?.body).toMatch(/^GET \/text failed \(\w+\): string: a thrown text$/);
  });

  test('refuses where the handler had said so before it threw', async () => {
    const answer = await fetch(`${await start()}/set`);
    expect([answer.status, records]).toEqual([403, []]);
  });

  test('keeps the status of the server’s own, and headers that say more of it', async () => {
    const answer = await fetch(`${await start()}/unavailable`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.not.stringContaining('away')]);
    const own = Object.keys(unavailable).filter((name) => /^[\w-]+$/.test(name));
    expect(own.map((name) => answer.headers.get(name))).toEqual([
      '120',
      'a, b',
      null,
      'application/json; charset=utf-8',
      'no-store',
      null,
      null,
      null,
    ]);
  });
});

describe.each(Object.entries(frameworks))('%s', (...[, start]) => {
  test('leaves what is the client’s to the framework, and tells of forgery', async () => {
    const answer = await fetch(`${await start()}/forged`);
    expect(answer.status).toBe(403);
    expect(records).toMatchObject([
      {
        eventName: 'abuse.csrf_failure',
        severityText: 'WARN',
        body: '[abuse.csrf_failure] user:anonymous ip:- - GET /forged 403',
        attributes: {
          'http.request.method': 'GET',
          'url.path': '/forged',
          'http.response.status_code': 403,
          'http.route': '/forged',
          'sentrikat.details': 'GET /forged 403',
        },
      },
    ]);
    expect(records[0]?.attributes).not.toHaveProperty('code.file.path');
  });

  test('does nothing where nobody records', async () => {
    record(false);
    const answer = await fetch(`${await start()}/fails`);
    expect([answer.status, await answer.text()]).toEqual([
      500,
      expect.stringContaining('password authentication failed'),
    ]);
    expect(records).toEqual([]);
  });
});

test('a plain handler that rejects by a promise of another realm has failed', async () => {
  const server = http.createServer(httpErrors(() => runInNewContext('Promise.reject(new Error("foreign"))')));
  const answer = await fetch(await listen(server), { signal: AbortSignal.timeout(5_000) });
  expect(answer.status).toBe(500);
  expect(records).toMatchObject([{ body: expect.stringMatching(/^GET \/ failed \(\w+\): Error: foreign$/) }]);
});

test('what a plain handler returns is not begun by being looked at', async () => {
  let isBegun = false;
  // oxlint-disable-next-line unicorn/no-thenable
  const query = { then: () => void (isBegun = true) };
  const handler = (_: http.IncomingMessage, response: http.ServerResponse): unknown => {
    response.end();
    return query;
  };
  expect((await fetch(await listen(http.createServer(httpErrors(handler))))).status).toBe(200);
  expect(isBegun).toBe(false);
});

test.each(Object.entries(plainHandlers))('%s has its refusals answered, as nobody else would', async (...[, start]) => {
  const answer = await fetch(`${await start()}/forged`);
  expect([answer.status, await answer.json()]).toEqual([
    403,
    { error: { code: 'refused', message: 'The request was refused.' } },
  ]);
  expect(records.map(({ eventName }) => eventName)).toEqual(['abuse.csrf_failure']);
});

test.each([
  ['a thrown text', 500],
  [{ statusCode: 403 }, 403],
  [null, 500],
])('Fastify answers what is no error, %j, with %i where nobody records', async (thrown, status) => {
  record(false);
  const app = fastify();
  app.setErrorHandler(fastifyErrors());
  // oxlint-disable-next-line prefer-promise-reject-errors
  app.get('/', async () => Promise.reject(thrown));
  ends.push(() => app.close());
  expect((await fetch(await app.listen({ port: 0, host: '127.0.0.1' }))).status).toBe(status);
});

test('an answer that was whole stays so', async () => {
  const url = await listen(
    http.createServer(
      httpErrors((...[, response]) => {
        response.end('x'.repeat(4_000_000));
        throw new Error('then it failed');
      }),
    ),
  );
  expect(await fetch(url).then((answer) => answer.text())).toHaveLength(4_000_000);
  expect(records).toHaveLength(1);
});

test('an answer that has begun is broken off, not finished as if it were whole', async () => {
  const url = await listen(
    http.createServer(
      httpErrors(async (...[, response]) => {
        response.write('half of it');
        await Promise.reject(new Error('then it failed'));
      }),
    ),
  );
  await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow('terminated');
  expect(records).toHaveLength(1);
});

async function exchangeHttp2(server: http2.Http2Server): Promise<{ status: unknown; text: string; code: number }> {
  const session = http2.connect(await listen(server));
  ends.push(() => session.destroy());
  const stream = session.request({ ':path': '/fails' });
  const answer = { status: undefined as unknown, text: '' };
  stream.on('error', () => {});
  stream.on('response', (headers) => (answer.status = headers[':status']));
  stream.on('data', (chunk) => (answer.text += String(chunk)));
  await new Promise((resolve) => stream.on('close', resolve));
  return { ...answer, code: stream.rstCode };
}

describe('a plain handler of HTTP/2', () => {
  test('has its failures answered', async () => {
    const answer = await exchangeHttp2(
      http2.createServer(
        httpErrors(async (message, response) => {
          response.setHeader('content-encoding', 'gzip');
          await Promise.reject(new Error(`${message.url}: ${message.stream.id}`));
        }),
      ),
    );
    expect(answer).toEqual({ status: 500, text: expect.stringContaining('"code":"internal"'), code: 0 });
    expect(records).toHaveLength(1);
  });

  test('has an answer that has begun broken off', async () => {
    const answer = await exchangeHttp2(
      http2.createServer(
        httpErrors(async (...[, response]) => {
          response.write('half of it');
          await new Promise(setImmediate);
          throw new Error('then it failed');
        }),
      ),
    );
    expect(answer).toMatchObject({ text: 'half of it', code: http2.constants.NGHTTP2_INTERNAL_ERROR });
    expect(records).toHaveLength(1);
  });
});

test('types know the servers of Node, and the requests of HTTP/1 where nothing else is said', () => {
  http.createServer(httpErrors((message, response) => response.end(message.complete)));
  http2.createServer(httpErrors((message, response) => response.end(message.authority)));
  // @ts-expect-error -- only HTTP/2 has an authority
  const handler = httpErrors((message) => message.authority);
  expect(handler).toBeTypeOf('function');
});

/** Applications in which two of our handlers meet: a router's, or a plugin's, and the application's. */
const nested: typeof frameworks = {
  Express: () => {
    const [app, router] = [express(), express.Router()];
    router.get('/forged', () => {
      throw new Refused('invalid csrf token');
    });
    router.get('/begun', (...[, response]) => {
      response.write('half of it');
      throw new Error('then it failed');
    });
    app.use('/a', router.use(expressErrors()));
    return listen(http.createServer(app.use(expressErrors())));
  },
  Fastify: async () => {
    const app = fastify();
    app.setErrorHandler(fastifyErrors());
    await app.register(
      async (plugin) => {
        plugin.setErrorHandler(fastifyErrors());
        plugin.get('/forged', () => Promise.reject(new Refused('invalid csrf token')));
        plugin.get('/begun', () => Promise.reject(new Error('then it failed')));
      },
      { prefix: '/a' },
    );
    ends.push(() => app.close());
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
};

describe.each(Object.entries(nested))('where two handlers meet, in %s', (...[, start]) => {
  test.each([
    ['a forgery', '/a/forged', /^\[abuse\.csrf_failure\] .* GET \/a\/forged 403$/],
    ['a failure', '/a/begun', /^GET \/a\/begun failed \(\w+\): Error: then it failed$/],
  ])('%s is told of once', async (...[, path, body]) => {
    const answer = await fetch((await start()) + path);
    await answer.text().catch(() => {});
    expect(records).toMatchObject([{ body: expect.stringMatching(body) }]);
  });
});

test('an application that has told of the forgery itself is not contradicted', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  ends.push(() => context.disable());
  const span = trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 });
  const metadata: RequestMetadata = { type: RPCType.HTTP, span };
  const handler = httpErrors(() => {
    security.record({ event: 'abuse.csrf_failure', details: 'of the form' });
    throw new Refused('invalid csrf token');
  });
  const url = await listen(
    http.createServer((...args) => context.with(setRPCMetadata(ROOT_CONTEXT, metadata), handler, undefined, ...args)),
  );
  expect((await fetch(url)).status).toBe(403);
  expect(records.map(({ body }) => body)).toEqual(['[abuse.csrf_failure] user:anonymous ip:- - of the form']);
});
