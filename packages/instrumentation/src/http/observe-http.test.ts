/** Observing leaves no trace: not on servers, not on requests, not in memory, not in how long the process lives. */
import diagnosticsChannel from 'node:diagnostics_channel';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type Socket } from 'node:net';

import { diag } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { observeHttp } from './observe-http.ts';
import { observe, registerTracing } from './observed.test-setup.ts';
import { run } from './program.test-setup.ts';
import { connect, exchange, request } from './wire.test-setup.ts';

registerTracing();

const channels = ['http.server.request.start', 'http.server.response.finish', 'fastify.initialization'];
const listening: http.Server[] = [];

afterEach(async () => {
  for (const server of listening.splice(0)) {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
});

async function listen(server: http.Server): Promise<number> {
  listening.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

describe('disable', () => {
  test('restores the prototypes and leaves the channels', () => {
    const before = prototypes();
    const { disable } = observe();
    expect(channels.map(hasSubscribers)).toEqual([true, true, true]);
    disable();
    expect(prototypes()).toEqual(before);
    expect(channels.map(hasSubscribers)).toEqual([false, false, false]);
  });

  test('means that nothing is said any more, of open requests neither', async () => {
    const server = http.createServer();
    const handled = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    const port = await listen(server);
    const { disable, closeOpenRequests, records } = observe();
    const answer = exchange(port, request('GET /'));
    const [, response] = await handled;
    disable();
    response.end();
    await answer;
    await exchange(port, 'FORGE / HTTP/1.1\r\n\r\n');
    closeOpenRequests();
    expect(records).toEqual([]);
  });

  test('ends one observation of two', async () => {
    const port = await listen(http.createServer((_, response) => response.end()));
    const first = observe();
    const second = observe();
    first.disable();
    await exchange(port, request('GET /'));
    expect(first.records).toEqual([]);
    expect(await second.accessLines(1)).toHaveLength(1);
    second.disable();
    await exchange(port, request('GET /'));
    expect(await second.accessLines(1)).toHaveLength(1);
    Reflect.deleteProperty(net.Server.prototype, 'emit');
  });
});

test('servers that listen already are observed', async () => {
  const port = await listen(http.createServer((_, response) => response.end()));
  const { accessLines, disable } = observe();
  await exchange(port, request('GET /'));
  expect(await accessLines(1)).toHaveLength(1);
  disable();
});

test('connections that exist already are observed', async () => {
  const server = http.createServer((_, response) => response.end());
  const accepted = once(server, 'connection');
  const client = await connect(await listen(server));
  await accepted;
  const { accessLines, disable } = observe();
  client.write(request('GET /'));
  expect(await accessLines(1)).toEqual([expect.stringMatching(/^GET \/ 200 .* ip:127\.0\.0\.1 /)]);
  client.destroy();
  disable();
});

test('an application sees the same server, request, response and connection as without', async () => {
  const without = await whatAnApplicationSees();
  const { disable } = observe();
  const observed = await whatAnApplicationSees();
  disable();
  expect(observed).toEqual(without);
});

/** All but the listener of the connection's end, which is ours. */
async function whatAnApplicationSees(): Promise<unknown> {
  const server = http.createServer();
  const handled = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
  const answer = exchange(await listen(server), request('GET /'));
  const [message, response] = await handled;
  // Node remembers the address when it is asked for.
  expect(message.socket.remoteAddress).toBe('127.0.0.1');
  const seen = {
    server: describeEmitter(server),
    message: describeEmitter(message),
    response: describeEmitter(response),
    socket: describeEmitter(message.socket, 'close'),
  };
  response.end();
  await answer;
  return seen;
}

function describeEmitter(emitter: NodeJS.EventEmitter, except?: string): unknown {
  const listeners = emitter.eventNames().map((name) => [name, name === except ? 0 : emitter.listenerCount(name)]);
  return { own: Object.keys(emitter).toSorted(), listeners };
}

test('listeners do not pile up on a connection that is kept alive', async () => {
  const { disable } = observe();
  const sockets = new Set<Socket>();
  const counts: number[] = [];
  const port = await listen(
    http.createServer((message, response) => {
      sockets.add(message.socket);
      counts.push(message.socket.eventNames().reduce((sum, name) => sum + message.socket.listenerCount(name), 0));
      response.end();
    }),
  );
  const client = await connect(port);
  for (let index = 0; index < 12; index++) {
    client.write(request('GET /', { Connection: 'keep-alive' }));
    await once(client, 'data');
  }
  client.destroy();
  disable();
  expect(sockets.size).toBe(1);
  expect(new Set(counts.slice(1))).toEqual(new Set([counts[1]]));
});

test('requests, responses, connections and streams are garbage once they are over', async () => {
  const { stdout, stderr } = await run('garbage.test-program.ts');
  expect(stdout + stderr).toBe('0 of 120 alive after 50 requests\n');
});

test('a process with nothing else to do ends', async () => {
  expect(await run('idle-server.test-program.ts')).toEqual({ code: 0, stdout: 'ended after 1 request\n', stderr: '' });
});

describe('what other servers emit under the same names', () => {
  test.each([
    ['request', [undefined]],
    ['request', [{}, {}]],
    ['upgrade', []],
    ['upgrade', [{}, new net.Socket(), Buffer.alloc(0)]],
    ['upgrade', [{ method: 'GET', url: '/', headers: {}, socket: new net.Socket() }]],
    ['connect', ['text']],
    ['connect', [null, null]],
    ['stream', []],
    ['stream', [{}, {}]],
    ['stream', [{ session: {} }, undefined]],
    ['session', [undefined]],
    ['session', [1]],
    ['connection', [null]],
    ['connection', [{ parser: {} }]],
    ['clientError', [new Error('x')]],
  ] as const)('%s, row %#, passes', (...[event, args]) => {
    const told = listenToDiagnostics();
    const { disable, closeOpenRequests, records } = observe();
    const listener = vi.fn<(...rest: unknown[]) => void>();
    const server = new net.Server().on(event, listener);
    server.emit(event, ...args);
    closeOpenRequests();
    disable();
    diag.disable();
    expect(listener.mock.calls).toEqual([args]);
    expect(records).toEqual([]);
    expect(told).toEqual([]);
  });
});

test('what goes wrong in here is told to the diagnostics, not to the application', async () => {
  const told = listenToDiagnostics();
  const { disable } = observeHttp({
    emit: () => {
      throw new Error('no sink');
    },
    thresholds: { slowMillis: 1000, verySlowMillis: 5000 },
  });
  const port = await listen(http.createServer((_, response) => response.end('served')));
  expect(await exchange(port, request('GET /'))).toContain('served');
  disable();
  diag.disable();
  expect(told.map(String)).toContain('Error: no sink');
});

function listenToDiagnostics(): unknown[] {
  const told: unknown[] = [];
  const tell = (...args: unknown[]) => void told.push(...args);
  diag.setLogger({ error: tell, warn: tell, info() {}, debug() {}, verbose() {} });
  return told;
}

function prototypes(): unknown[] {
  return [net.Server.prototype, http.Server.prototype].map((prototype) => Object.getOwnPropertyDescriptors(prototype));
}

function hasSubscribers(name: string): boolean {
  return diagnosticsChannel.hasSubscribers(name);
}
