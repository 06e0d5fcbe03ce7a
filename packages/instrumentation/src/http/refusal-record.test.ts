import http from 'node:http';

import { ROOT_CONTEXT, SeverityNumber } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { security } from '../security.ts';
import { sessionHash, setSession } from '../session.ts';
import type { CompletedRequest } from './completed-request.ts';
import { observeEachTest } from './each-test.test-setup.ts';
import { refusalRecord } from './refusal-record.ts';
import { exchange, request } from './wire.test-setup.ts';

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
