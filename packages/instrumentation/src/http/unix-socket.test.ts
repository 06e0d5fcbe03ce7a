/** Who the client is of a server that listens on a unix socket, which a proxy talks to. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http, { type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { observe } from './observed.test-setup.ts';
import { peerOf } from './peer-address.ts';
import { clientTls, serverTls } from './tls.test-setup.ts';
import { clientBehind, clientIsPeer, parseProxies, type FindClient } from './trusted-proxies.ts';
import { connect, request } from './wire.test-setup.ts';

const trusting = clientBehind(parseProxies('unix:, 10.0.0.0/8')!);
const forwarded = { 'X-Forwarded-For': '198.51.100.66, 203.0.113.9, 10.1.2.3' };

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'unix-socket-'));
  path = join(directory, 'server');
});

afterEach(() => rmSync(directory, { recursive: true }));

function answer(_: unknown, response: ServerResponse | http2.Http2ServerResponse): void {
  response.end();
}

/** `ip` of the one access line, when `ask` has asked the server once. */
async function clientOf(
  server: net.Server,
  ask: () => Promise<unknown>,
  findClient = trusting,
): Promise<string | undefined> {
  const { accessLines, disable } = observe(undefined, findClient);
  server.listen(path);
  await once(server, 'listening');
  await ask();
  const [line] = await accessLines(1);
  server.close();
  disable();
  return / ip:(\S+) /.exec(line ?? '')?.[1];
}

async function askRaw(client: net.Socket, bytes: string): Promise<void> {
  client.resume().end(bytes);
  await once(client, 'close');
}

async function askHttp2(createConnection: () => net.Socket): Promise<void> {
  const session = http2.connect('http://localhost', { createConnection });
  const stream = session.request({ ':path': '/', 'x-forwarded-for': forwarded['X-Forwarded-For'] }).resume();
  await once(stream, 'close');
  session.close();
}

const get = request('GET /', forwarded);

test.each<[how: string, server: () => net.Server, ask: () => Promise<void>]>([
  ['HTTP', () => http.createServer(answer), () => askRaw(net.connect(path), get)],
  [
    'HTTPS',
    () => https.createServer(serverTls, answer),
    () => askRaw(tls.connect({ ...clientTls, socket: net.connect(path) }), get),
  ],
  ['HTTP/2', () => http2.createServer(answer), () => askHttp2(() => net.connect(path))],
  [
    'HTTP/2 with TLS',
    () => http2.createSecureServer(serverTls, answer),
    () => askHttp2(() => tls.connect({ ...clientTls, ALPNProtocols: ['h2'], socket: net.connect(path) })),
  ],
  [
    'an upgrade',
    () => http.createServer().on('upgrade', (...[, socket]) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')),
    () => askRaw(net.connect(path), request('GET /', { ...forwarded, Connection: 'upgrade', Upgrade: 'test' })),
  ],
])('with %s it is whom trusted proxies have got the request from', async (...[, server, ask]) => {
  expect(await clientOf(server(), ask)).toBe('203.0.113.9');
});

test.each<[when: string, headers: Record<string, string>, findClient: FindClient]>([
  ['without the header', {}, trusting],
  ['where the header is no address', { 'X-Forwarded-For': '203.0.113.9, unknown' }, trusting],
  ['where only networks are trusted', forwarded, clientBehind(parseProxies('10.0.0.0/8, 203.0.113.9')!)],
  ['where no proxies are trusted', forwarded, clientIsPeer],
])('it is nobody %s', async (...[, headers, findClient]) => {
  const ask = () => askRaw(net.connect(path), request('GET /', headers));
  expect(await clientOf(http.createServer(answer), ask, findClient)).toBe('-');
});

test('on a connection that is kept alive, a server that takes no more still knows', async () => {
  const { accessLines, disable } = observe(undefined, trusting);
  const server = http.createServer(answer).listen(path);
  await once(server, 'listening');
  const client = net.connect(path).resume();
  client.write(request('GET /1', { ...forwarded, Connection: 'keep-alive' }) + request('GET /2', forwarded));
  server.once('request', () => server.close());
  await once(client, 'close');
  expect((await accessLines(2)).map((line) => / ip:(\S+) /.exec(line)?.[1])).toEqual(['203.0.113.9', '203.0.113.9']);
  disable();
});

test('TCP that the client has broken is no unix socket', async () => {
  const server = net.createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  const accepted = once(server, 'connection') as Promise<[net.Socket]>;
  await once(server, 'listening');
  const client = await connect((server.address() as net.AddressInfo).port);
  const [socket] = await accepted;
  client.write(get);
  client.resetAndDestroy();
  await once(client, 'close');
  expect(socket.remoteAddress).toBeUndefined();
  expect(socket.destroyed).toBe(false);
  expect(peerOf(socket)).toBeUndefined();
  socket.destroy();
  server.close();
});
