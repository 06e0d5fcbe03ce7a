/** What Node's parser refuses has one access line for each attempt, with what can be read of it, and nothing else. */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';

import { describe, expect, test } from 'vitest';

import { observeEachTest } from './each-test.test-setup.ts';
import { clientTls, serverTls } from './tls.test-setup.ts';
import { connect, exchange, request, statusesIn } from './wire.test-setup.ts';

const each = observeEachTest();

const tlsClientHello = `\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03${'Z'.repeat(32)}${'\0'.repeat(160)}`;
const chunked = { 'Transfer-Encoding': 'chunked', Connection: 'keep-alive' };

describe('answered by Node', () => {
  test.each([
    ['a header without a colon', 'GET /path?secret HTTP/1.1\r\nHost: a\r\nsecret\r\n\r\n', 400, 'GET /path'],
    ['a method nobody knows', request('FORGE /path?secret'), 400, 'FORGE /path'],
    ['a method in lower case', request('get /path?secret'), 400, '- -'],
    ['a byte in the target that is not ASCII', request('GET /caf\xe9?secret'), 400, 'GET /caf\\xE9'],
    ['two lengths', request('POST /path?secret', { 'Content-Length': '1', 'content-length': '2' }), 400, 'POST /path'],
    ['an absolute target', request('FORGE http://user:secret@a/path?secret'), 400, 'FORGE /path'],
    ['a header of 64 KiB', request('GET /path?secret', { Cookie: 'c'.repeat(65_536) }), 431, 'GET /path'],
    ['a path of 64 KiB', request(`GET /${'a'.repeat(65_536)}`), 431, `GET /${'a'.repeat(1023)}\\+15356`],
    ['garbage', '\x01\x02secret\r\n\r\n', 400, '- -'],
    ['TLS on a plain port', tlsClientHello, 400, '- -'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'PRI *'],
    ['half a header, and then nothing', 'GET /path?secret HTTP/1.1\r\nHo', 400, '- -'],
  ])('%s', async (...[, bytes, status, shown]) => {
    const port = await each.serve(http.createServer(() => expect.unreachable()));
    const client = await connect(port);
    client.end(bytes, 'latin1');
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(statusesIn(answer.toString())).toEqual([status]);
    expect(await each.requests(1)).toEqual([`${shown} ${status}`]);
    expect(JSON.stringify(each.observed.records.map(({ body, attributes }) => [body, attributes]))).not.toContain(
      'secret',
    );
    expect(await each.observed.accessLines(1)).toEqual([
      expect.stringMatching(/ user:anonymous ip:127\.0\.0\.1 ua:"-"$/),
    ]);
  });

  test('a header that does not come in time', async () => {
    const server = http.createServer({ headersTimeout: 40, connectionsCheckingInterval: 20 });
    const port = await each.serve(server);
    expect(statusesIn(await exchange(port, 'GET /slow HT'))).toEqual([408]);
    expect(await each.requests(1)).toEqual(['- - 408']);
  });

  test('not a connection that says nothing, which asks nothing', async () => {
    const server = http.createServer({ headersTimeout: 40, connectionsCheckingInterval: 20 });
    const port = await each.serve(server);
    expect(statusesIn(await exchange(port, ''))).toEqual([408]);
    expect(await each.requests(0)).toEqual([]);
  });

  test('not plain HTTP on a TLS port, which no server has read', async () => {
    const port = await each.serve(https.createServer(serverTls));
    await exchange(port, request('GET /'));
    expect(await each.requests(0)).toEqual([]);
  });

  test('with TLS as without', async () => {
    const port = await each.serve(https.createServer(serverTls));
    const client = tls.connect({ port, host: '127.0.0.1', ...clientTls });
    client.write(request('FORGE /'));
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(statusesIn(answer.toString())).toEqual([400]);
    expect(await each.requests(1)).toEqual(['FORGE / 400']);
    client.destroy();
  });

  test('not a connection that is merely closed', async () => {
    const port = await each.serve(http.createServer());
    (await connect(port)).destroy();
    (await connect(port)).resetAndDestroy();
    expect(await each.requests(0)).toEqual([]);
  });
});

describe('on a connection that has carried a request', () => {
  test('garbage after it is an attempt of its own, of which nothing is shown', async () => {
    const port = await each.serve(http.createServer((_, response) => response.end()));
    const client = await connect(port);
    client.write(request('GET /first', { Connection: 'keep-alive' }));
    await once(client, 'data');
    client.write(request('FORGE /second'));
    await once(client, 'close');
    expect(await each.requests(2)).toEqual(['GET /first 200', '- - 400']);
  });

  test('garbage together with it is answered in its place', async () => {
    const port = await each.serve(http.createServer((_, response) => setTimeout(() => response.end(), 20)));
    const received = await exchange(port, `${request('GET /first', { Connection: 'keep-alive' })}\x01\x02\r\n\r\n`);
    expect(statusesIn(received)).toEqual([400]);
    expect(await each.requests(1)).toEqual(['GET /first 400']);
  });

  test('a bad chunk makes the request a bad one', async () => {
    const port = await each.serve(http.createServer((message) => message.resume().on('error', () => {})));
    const received = await exchange(port, `${request('POST /', chunked)}nonsense\r\n`);
    expect(statusesIn(received)).toEqual([400]);
    expect(await each.requests(1)).toEqual(['POST / 400']);
  });

  test('a bad chunk after the answer has begun ends it', async () => {
    const port = await each.serve(
      http.createServer((message, response) => {
        message.resume().on('error', () => {});
        response.write('begun');
      }),
    );
    const client = await connect(port);
    client.write(request('POST /', chunked));
    await once(client, 'data');
    client.write('nonsense\r\n');
    await once(client, 'close');
    expect(await each.requests(1)).toEqual(['POST / 400']);
  });

  test('a bad chunk after the answer changes nothing about it', async () => {
    const port = await each.serve(http.createServer((_, response) => response.writeHead(201).end()));
    const client = await connect(port);
    client.write(request('POST /', chunked));
    await once(client, 'data');
    client.write('nonsense\r\n');
    await once(client, 'close');
    expect((await each.requests(1))[0]).toBe('POST / 201');
  });
});

describe('answered by a listener of clientError', () => {
  test.each<[string, string, (error: Error & { code?: string }, socket: Socket) => void, string]>([
    [
      'with a status of its own',
      request('FORGE /'),
      (_, socket) => socket.end('HTTP/1.1 418 Teapot\r\n\r\n'),
      'FORGE / 418',
    ],
    [
      'in pieces',
      request('FORGE /'),
      (_, socket) => {
        socket.cork();
        socket.write('HTTP/1.1 418 Teapot\r\n');
        socket.end('\r\n');
      },
      'FORGE / 418',
    ],
    ['with something else than HTTP', request('FORGE /'), (_, socket) => socket.end('go away'), 'FORGE / 400'],
    ['with nothing', request('FORGE /'), (_, socket) => socket.destroy(), 'FORGE / 400'],
    [
      'later',
      request('FORGE /'),
      (_, socket) => setTimeout(() => socket.end('HTTP/1.1 422 No\r\n\r\n'), 20),
      'FORGE / 422',
    ],
    [
      'in the middle of a request',
      `${request('POST /', chunked)}x\r\n`,
      (_, socket) => socket.end('HTTP/1.1 418 Teapot\r\n\r\n'),
      'POST / 418',
    ],
    [
      'in the middle of a request, with nothing',
      `${request('POST /', chunked)}x\r\n`,
      (_, socket) => socket.destroy(),
      'POST / 400',
    ],
    ['that is late, with nothing', 'GET / HT', (_, socket) => socket.destroy(), '- - 408'],
  ])('%s', async (...[, bytes, listener, line]) => {
    const server = http.createServer({ headersTimeout: 40, connectionsCheckingInterval: 20 }, (message) =>
      message.on('error', () => {}),
    );
    server.on('clientError', listener);
    const port = await each.serve(server);
    await exchange(port, bytes);
    expect(await each.requests(1)).toEqual([line]);
  });

  test('that gives the listener nothing which it would not get otherwise', async () => {
    const server = http.createServer();
    const errors = once(server, 'clientError') as Promise<[Error & { code?: string }, Socket]>;
    const port = await each.serve(server);
    const client = await connect(port);
    client.write(request('FORGE /'));
    const [error, socket] = await errors;
    expect(error.code).toBe('HPE_INVALID_METHOD');
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    await pause(20);
    expect(Object.keys(socket)).not.toContain('_write');
    expect(Object.hasOwn(socket, '_write')).toBe(false);
    expect(await each.requests(1)).toEqual(['FORGE / 400']);
  });
});
