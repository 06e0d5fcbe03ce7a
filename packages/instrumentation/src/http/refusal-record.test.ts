import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';

import { ROOT_CONTEXT, SeverityNumber } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { security } from '../security.ts';
import { sessionHash, setSession } from '../session.ts';
import type { CompletedRequest } from './completed-request.ts';
import { observeEachTest } from './each-test.test-setup.ts';
import { refusalRecord } from './refusal-record.ts';
import { connect, exchange, request } from './wire.test-setup.ts';

const completed: CompletedRequest = {
  method: 'DELETE',
  path: '/users/7',
  route: '/users/:id',
  status: 403,
  durationMillis: 1,
  user: 'alice',
  clientAddress: '192.0.2.1',
  userAgent: 'curl/8',
  context: ROOT_CONTEXT,
};

test.each([
  [401, 'authz.unauthenticated'],
  [403, 'authz.denied'],
  [429, 'abuse.rate_limited'],
])('%d is %s', (status, eventName) => {
  expect(refusalRecord({ ...completed, status })).toMatchObject({
    concern: 'security',
    severityNumber: SeverityNumber.WARN,
    eventName,
    body: `[${eventName}] user:alice ip:192.0.2.1 - DELETE /users/:id ${status}`,
    attributes: { 'user.id': 'alice', 'client.address': '192.0.2.1', 'http.route': '/users/:id' },
    context: ROOT_CONTEXT,
  });
});

test.each([200, 302, 400, 404, 409, 500])('%d is none', (status) => {
  expect(refusalRecord({ ...completed, status })).toBeUndefined();
});

test('a client cannot pass a path for another field', () => {
  const path = '/a 200 - [authn.login.success] user:root';
  expect(refusalRecord({ ...completed, route: undefined, path })?.body).toBe(
    '[authz.denied] user:alice ip:192.0.2.1 - DELETE /a\\x20200\\x20-\\x20[authn.login.success]\\x20user:root 403',
  );
});

describe('an answer of an application', () => {
  const service = observeEachTest();

  test('tells in which request and session it was', async () => {
    const server = http.createServer((_, response) => {
      setSession('s3cret');
      response.writeHead(403).end();
    });
    await exchange(await service.serve(server), request('GET /', { 'X-Request-Id': 'abc' }));
    await service.requests(1);
    expect(service.observed.records.find(({ concern }) => concern === 'security')?.attributes).toMatchObject({
      'http.request.id': 'abc',
      'sentrikat.session.hash': sessionHash('s3cret'),
    });
  });
});

describe('an application that has told of the request itself', () => {
  const service = observeEachTest();

  test('is not contradicted', async () => {
    const server = http.createServer((message, response) => {
      if (message.url === '/told') security.record({ event: 'authn.login.failure', user: 'bob', reason: 'wrong' });
      response.writeHead(401).end();
    });
    const port = await service.serve(server);
    await exchange(port, request('GET /told'));
    await exchange(port, request('GET /untold'));
    expect(await service.requests(2)).toHaveLength(2);
    const refusals = service.observed.records.filter(({ concern }) => concern === 'security');
    expect(refusals.map(({ body }) => body)).toEqual([
      '[authz.unauthenticated] user:anonymous ip:127.0.0.1 - GET /untold 401',
    ]);
  });
});

describe('a client that leaves', () => {
  const service = observeEachTest();

  interface Response {
    statusCode: number;
    write(chunk: string): unknown;
    end(chunk: Buffer): unknown;
  }

  /** How far a request has been refused when the client leaves, by path. */
  const refusals: Readonly<Record<string, (response: Response) => void>> = {
    '/begun': (response) => {
      response.statusCode = 429;
      response.write('wait');
    },
    '/set': (response) => {
      response.statusCode = 401;
    },
    '/large': (response) => {
      response.statusCode = 403;
      response.end(Buffer.alloc(16 * 1024 * 1024));
    },
    '/served': (response) => {
      response.write('first');
    },
  };
  const expected = [
    '[abuse.rate_limited] user:anonymous ip:127.0.0.1 - GET /begun 429',
    '[authz.denied] user:anonymous ip:127.0.0.1 - GET /large 403',
    '[authz.unauthenticated] user:anonymous ip:127.0.0.1 - GET /set 401',
  ];

  async function leftRequests(): Promise<{ access: string[]; security: string[] }> {
    const access = (await service.requests(4)).toSorted();
    const refused = service.observed.records.filter(({ concern }) => concern === 'security');
    return { access, security: refused.map(({ body }) => body).toSorted() };
  }

  const access = ['/begun', '/large', '/served', '/set'].map((path) => `GET ${path} 499`);

  test('was refused all the same', async () => {
    const server = http.createServer((message, response) => refusals[message.url ?? '']?.(response));
    const port = await service.serve(server);
    for (const path of Object.keys(refusals)) {
      const client = await connect(port);
      const handled = once(server, 'request');
      client.write(request(`GET ${path}`));
      await handled;
      if (path !== '/set') await once(client, 'readable');
      client.resetAndDestroy();
    }
    expect(await leftRequests()).toEqual({ access, security: expected });
  });

  test('was refused all the same, over HTTP/2', async () => {
    const server = http2.createServer((message, response) => refusals[message.url]?.(response));
    const port = await service.serve(server);
    for (const path of Object.keys(refusals)) {
      const session = http2.connect(`http://127.0.0.1:${port}`);
      const handled = once(server, 'request');
      const stream = session.request({ ':path': path });
      await handled;
      if (path !== '/set') await once(stream, 'response');
      session.destroy();
    }
    expect(await leftRequests()).toEqual({ access, security: expected });
  });

  test('was refused all the same, over HTTP/2 by a stream', async () => {
    const server = http2.createServer().on('stream', (stream) => {
      stream.respond({ ':status': 429 });
      stream.write('wait');
    });
    const session = http2.connect(`http://127.0.0.1:${await service.serve(server)}`);
    const stream = session.request({ ':path': '/' });
    await once(stream, 'response');
    stream.close(http2.constants.NGHTTP2_CANCEL);
    expect(await service.requests(1)).toEqual(['GET / 499']);
    expect(service.observed.records.map(({ eventName }) => eventName)).toContain('abuse.rate_limited');
    session.destroy();
  });
});
