/** An upgrade and CONNECT have one access line, when the client is told yes or no on the raw connection. */
import { once } from 'node:events';
import http from 'node:http';
import type { Duplex } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { setUser } from '../user.ts';
import { observeEachTest } from './each-test.test-setup.ts';
import { connect, exchange, request, statusesIn } from './wire.test-setup.ts';

const each = observeEachTest();

const upgrade = request('GET /socket?token=secret', {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'User-Agent': 'ws',
});
const tunnel = request('CONNECT db.example:5432');

describe.each([
  ['upgrade', upgrade, 'GET /socket'],
  ['connect', tunnel, 'CONNECT db.example:5432'],
] as const)('%s', (event, bytes, shown) => {
  test.each<[string, (socket: Duplex) => void, number]>([
    ['accepted', (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'), 101],
    ['accepted as bytes', (socket) => socket.end(Buffer.from('HTTP/1.1 200 OK\r\n\r\nhello')), 200],
    ['refused', (socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'), 403],
    ['refused with nothing', (socket) => socket.destroy(), 500],
    ['answered with something else than HTTP', (socket) => socket.end('hello'), 500],
  ])('%s', async (...[, answer, status]) => {
    const server = http.createServer(() => expect.unreachable());
    server.on(event, (...[, socket]: [unknown, Duplex]) => answer(socket));
    const port = await each.serve(server);
    await exchange(port, bytes);
    expect(await each.requests(1)).toEqual([`${shown} ${status}`]);
    expect(each.observed.records.filter(({ concern }) => concern === 'access')).toHaveLength(1);
    expect(await each.spans(1)).toHaveLength(1);
  });

  test('has its line when it is accepted, not when the connection ends', async () => {
    const server = http.createServer();
    server.on(event, (...[, socket]: [unknown, Duplex]) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      socket.pipe(socket);
    });
    const port = await each.serve(server);
    const client = await connect(port);
    client.write(bytes);
    await once(client, 'data');
    expect(await each.requests(1)).toEqual([`${shown} 101`]);
    client.write('echo');
    expect(String((await once(client, 'data'))[0])).toBe('echo');
    client.destroy();
    expect(await each.requests(1)).toEqual([`${shown} 101`]);
  });

  test('from which the client walks away', async () => {
    const server = http.createServer();
    const upgraded = once(server, event) as Promise<[unknown, Duplex]>;
    const port = await each.serve(server);
    const client = await connect(port);
    client.write(bytes);
    const [, socket] = await upgraded;
    socket.on('error', () => {});
    socket.resume();
    client.end();
    await once(socket, 'end');
    socket.destroy();
    expect(await each.requests(1)).toEqual([`${shown} 499`]);
  });
});

test('an upgrade nobody listens for is an ordinary request', async () => {
  const port = await each.serve(
    http.createServer((_, response) => response.writeHead(426, { Connection: 'close' }).end()),
  );
  expect(statusesIn(await exchange(port, upgrade))).toEqual([426]);
  expect(await each.requests(1)).toEqual(['GET /socket 426']);
});

test('CONNECT nobody listens for has a line, though Node closes the connection without a word', async () => {
  const port = await each.serve(http.createServer(() => expect.unreachable()));
  expect(await exchange(port, tunnel)).toBe('');
  expect(await each.requests(1)).toEqual(['CONNECT db.example:5432 500']);
});

test('CONNECT after another request on the connection', async () => {
  const port = await each.serve(http.createServer((_, response) => response.end()));
  const received = await exchange(port, request('GET /', { Connection: 'keep-alive' }) + tunnel);
  expect(statusesIn(received).length).toBeLessThanOrEqual(1);
  expect((await each.requests(2)).toSorted()).toEqual([
    'CONNECT db.example:5432 500',
    expect.stringMatching(/^GET \/ (200|500)$/),
  ]);
});

test('an upgrade that one server hands on to another is one request', async () => {
  const inner = http.createServer();
  inner.on('upgrade', (...[, socket]) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  const outer = http.createServer();
  outer.on('upgrade', (...args) => {
    setUser('alice');
    inner.emit('upgrade', ...args);
  });
  await exchange(await each.serve(outer), upgrade);
  expect(await each.observed.accessLines(1)).toEqual([expect.stringMatching(/^GET \/socket 101 .* user:alice /)]);
  expect(await each.spans(1)).toHaveLength(1);
});
