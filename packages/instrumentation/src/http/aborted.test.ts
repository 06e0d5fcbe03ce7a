/** A request that is never answered to its end has one access line, whose status says on whose side it ended. */
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { observeEachTest } from './each-test.test-setup.ts';
import { connect, exchange, request } from './wire.test-setup.ts';

const each = observeEachTest();

const clientClosedRequest = 499;
const megabytes = Buffer.alloc(16 * 1024 * 1024);

/** Keeps the response until the test has done what it wants with the connection. */
async function serveAndHold(): Promise<{
  port: number;
  handled: Promise<[IncomingMessage, ServerResponse]>;
  server: http.Server;
}> {
  const server = http.createServer();
  const handled = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  return { port: await each.serve(server), handled, server };
}

test.each([
  ['closes the connection', 'GET', '', 'destroy'],
  ['resets the connection', 'GET', '', 'resetAndDestroy'],
  ['ends its side, and Node with it', 'GET', '', 'end'],
  ['closes the connection in the middle of the body', 'POST', 'par', 'destroy'],
  ['resets the connection in the middle of the body', 'POST', 'par', 'resetAndDestroy'],
  ['ends its side in the middle of the body', 'POST', 'par', 'end'],
] as const)('a client that %s is told nothing', async (...[, method, body, leave]) => {
  const { port, handled } = await serveAndHold();
  const client = await connect(port);
  client.write(request(`${method} /`, method === 'POST' ? { 'Content-Length': '100' } : {}) + body);
  await handled;
  client[leave]();
  expect(await each.requests(1)).toEqual([`${method} / ${clientClosedRequest}`]);
});

test('a client that leaves after the first byte is not told all', async () => {
  const { port, handled } = await serveAndHold();
  const client = await connect(port);
  client.write(request('GET /'));
  const [, response] = await handled;
  response.write('first');
  await once(client, 'data');
  client.destroy();
  expect(await each.requests(1)).toEqual([`GET / ${clientClosedRequest}`]);
});

test('a client that leaves while the last bytes wait for it is not told all', async () => {
  const { port, handled } = await serveAndHold();
  const client = await connect(port);
  client.write(request('GET /'));
  const [, response] = await handled;
  response.end(megabytes);
  await once(client, 'readable');
  client.resetAndDestroy();
  expect(await each.requests(1)).toEqual([`GET / ${clientClosedRequest}`]);
});

test('a client that leaves before its requests come up has a line for each', async () => {
  const { port, handled } = await serveAndHold();
  const client = await connect(port);
  const keepAlive = { Connection: 'keep-alive' };
  client.write(request('GET /1', keepAlive) + request('GET /2', keepAlive) + request('GET /3', keepAlive));
  await handled;
  client.destroy();
  expect(await each.requests(3)).toEqual(['/1', '/2', '/3'].map((path) => `GET ${path} ${clientClosedRequest}`));
});

test('a client that is gone before it is looked at has its address in the line', async () => {
  const { port } = await serveAndHold();
  const client = await connect(port);
  await pause(10);
  client.write(request('GET /'));
  client.resetAndDestroy();
  await pause(20);
  const lines = await each.observed.accessLines(0);
  // The kernel may have thrown the bytes away together with the connection.
  for (const line of lines) expect(line).toMatch(/^GET \/ 499 .* ip:127\.0\.0\.1 /);
});

test('an answer to a client that has left comes too late', async () => {
  const { port, handled } = await serveAndHold();
  const client = await connect(port);
  client.write(request('GET /'));
  const [, response] = await handled;
  client.destroy();
  await once(response, 'close');
  response.end('too late');
  expect(await each.requests(1)).toEqual([`GET / ${clientClosedRequest}`]);
});

test.each<[string, (message: IncomingMessage, response: ServerResponse) => void]>([
  ['destroys the response', (_, response) => response.destroy()],
  ['destroys the request', (message) => message.destroy()],
  ['destroys the connection', (message) => message.socket.destroy()],
  [
    'destroys the connection after the first byte',
    (message, response) => response.write('x', () => message.socket.destroy()),
  ],
])('a handler that %s has failed', async (...[, fail]) => {
  const port = await each.serve(http.createServer(fail));
  await exchange(port, request('GET /'));
  expect(await each.requests(1)).toEqual(['GET / 500']);
});

test('a server that closes all its connections has failed those who wait', async () => {
  const { port, handled, server } = await serveAndHold();
  const client = await connect(port);
  client.write(request('GET /'));
  await handled;
  server.closeAllConnections();
  expect(await each.requests(1)).toEqual(['GET / 500']);
});

test('a server that loses patience with its own handler has failed', async () => {
  const { port, handled, server } = await serveAndHold();
  server.setTimeout(30);
  const answer = exchange(port, request('GET /'));
  await handled;
  expect(await answer).toBe('');
  expect(await each.requests(1)).toEqual(['GET / 500']);
});

test('a body that does not come in time is answered by Node, with 408', async () => {
  const server = http.createServer({ requestTimeout: 40, connectionsCheckingInterval: 20 }, () => {});
  const port = await each.serve(server);
  expect(await exchange(port, request('POST /', { 'Content-Length': '9' }))).toMatch(/^HTTP\/1\.1 408 /);
  expect(await each.requests(1)).toEqual(['POST / 408']);
});

test('a request that was open when the process ended is recorded once, as failed', async () => {
  const { port, handled } = await serveAndHold();
  const client = await connect(port);
  client.write(request('GET /waits'));
  const [, response] = await handled;
  each.observed.closeOpenRequests();
  expect(await each.requests(1)).toEqual(['GET /waits 500']);
  response.end('after all');
  await once(client, 'data');
  client.destroy();
  expect(await each.requests(1)).toEqual(['GET /waits 500']);
});

test('a handler that answers and ends the process at once has answered', async () => {
  const server = http.createServer((_, response) => {
    response.writeHead(202).end('bye');
    each.observed.closeOpenRequests();
  });
  const port = await each.serve(server);
  await exchange(port, request('POST /shutdown'));
  expect(await each.requests(1)).toEqual(['POST /shutdown 202']);
});
