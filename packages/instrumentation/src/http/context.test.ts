/** Whatever a request sets off runs in its context: the handler, what it awaits, its body's and its response's events. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { once, type EventEmitter } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';

import { context, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { observeEachTest } from './each-test.test-setup.ts';
import { connect, exchange, request } from './wire.test-setup.ts';

const each = observeEachTest();

function activeSpanId(): string | undefined {
  return trace.getSpan(context.active())?.spanContext().spanId;
}

type Handler = (message: IncomingMessage, response: ServerResponse, note: (where: string) => void) => unknown;

const handlers: readonly [name: string, handler: Handler][] = [
  [
    'the handler',
    (_, response, note) => {
      note('handler');
      response.end();
    },
  ],
  [
    'after an await',
    async (_, response, note) => {
      await pause(1);
      note('after a timer');
      await new Promise(setImmediate);
      note('after an immediate');
      response.end();
    },
  ],
  [
    'listeners of the body',
    (message, response, note) => {
      message.on('data', () => note('data'));
      message.on('end', () => {
        note('end');
        response.end();
      });
      message.on('close', () => note('request close'));
    },
  ],
  [
    'after the body was read',
    async (message, response, note) => {
      expect(await text(message)).toBe('a body in two');
      note('after the body');
      response.end();
    },
  ],
  [
    'while the body is read',
    async (message, response, note) => {
      for await (const chunk of message) note(`chunk of ${chunk.length}`);
      note('after the loop');
      response.end();
    },
  ],
  [
    'listeners of the response',
    async (message, response, note) => {
      response.once('finish', () => note('finish'));
      response.prependListener('close', () => note('response close'));
      await finished(message.resume());
      response.end();
    },
  ],
];

describe.each([
  ['HTTP/1', (handler: http.RequestListener) => http.createServer(handler), post],
  ['HTTP/2', (handler: http.RequestListener) => http2.createServer(handler as never), post2],
])('over %s', (_, create, send) => {
  test.each(handlers)('%s', async (...[, handler]) => {
    const seen: [string, string | undefined][] = [];
    const port = await each.serve(
      create((message, response) => void handler(message, response, (where) => seen.push([where, activeSpanId()]))),
    );
    await send(port);
    const [span] = await each.spans(1);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual(seen.map(([where]) => [where, span?.spanContext().spanId]));
  });

  test('requests at the same time keep apart', async () => {
    const seen = new Map<string, Set<string | undefined>>();
    const port = await each.serve(
      create(async (message, response) => {
        const ids = new Set([activeSpanId()]);
        seen.set(String(seen.size), ids);
        message.on('data', () => ids.add(activeSpanId()));
        await once(message, 'end');
        ids.add(activeSpanId());
        await pause(5);
        ids.add(activeSpanId());
        response.end();
      }),
    );
    await Promise.all(Array.from({ length: 5 }, () => send(port)));
    await each.requests(5);
    const ids = [...seen.values()].map((set) => [...set]);
    expect(ids.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
    expect(new Set(ids.flat()).size).toBe(5);
  });
});

test('requests one after another on a connection keep apart', async () => {
  const seen: (string | undefined)[] = [];
  const port = await each.serve(
    http.createServer((message, response) => {
      message.resume().on('end', () => {
        seen.push(activeSpanId());
        response.end();
      });
    }),
  );
  const keepAlive = request('GET /', { Connection: 'keep-alive' });
  await exchange(port, keepAlive + keepAlive + request('GET /'));
  const spans = await each.spans(3);
  expect(seen).toEqual(spans.map((span) => span.spanContext().spanId));
  expect(new Set(seen).size).toBe(3);
});

test('a client that goes away is noticed in the context', async () => {
  const seen: [string, string | undefined][] = [];
  const server = http.createServer((message, response) => {
    message.on('error', () => seen.push(['error', activeSpanId()]));
    response.on('close', () => seen.push(['close', activeSpanId()]));
  });
  const handled = once(server, 'request');
  const client = await connect(await each.serve(server));
  client.write(request('POST /', { 'Content-Length': '9' }));
  await handled;
  client.destroy();
  const [span] = await each.spans(1);
  const id = span?.spanContext().spanId;
  expect(seen.toSorted()).toEqual([
    ['close', id],
    ['error', id],
  ]);
});

test.each(['upgrade', 'connect'])('a listener of %s', async (event) => {
  let seen: string | undefined;
  const server = http.createServer();
  server.on(event, (...[, socket]) => {
    seen = activeSpanId();
    socket.end('HTTP/1.1 200 OK\r\n\r\n');
  });
  const bytes =
    event === 'connect' ? request('CONNECT a:1') : request('GET /', { Connection: 'Upgrade', Upgrade: 'x' });
  await exchange(await each.serve(server), bytes);
  expect((await each.spans(1)).map((span) => span.spanContext().spanId)).toEqual([seen]);
});

test("the application's own context is not touched", async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const server = http.createServer((message, response) => {
    seen.push(storage.getStore());
    storage.run('inside', () => {
      message.resume().on('end', () => {
        response.end();
      });
      setImmediate(() => seen.push(storage.getStore()));
    });
  });
  await exchange(await storage.run('outside', () => each.serve(server)), request('GET /'));
  await each.requests(1);
  expect(seen).toEqual(['outside', 'inside']);
});

test('the emit of a request does what it did', async () => {
  const results: unknown[] = [];
  const server = http.createServer((message, response) => {
    const emitter: EventEmitter = message;
    emitter.on('custom', function (this: unknown, ...args) {
      results.push(this === message, args);
    });
    results.push(emitter.emit('custom', 1, 2), emitter.emit('nobody listens'));
    expect(() => emitter.emit('error', new Error('mine'))).toThrow('mine');
    response.end();
  });
  await exchange(await each.serve(server), request('GET /'));
  await each.requests(1);
  expect(results).toEqual([true, [1, 2], true, false]);
});

/** In two pieces, so that the second comes when the handler has returned. */
async function post(port: number): Promise<void> {
  const client = await connect(port);
  client.write(`${request('POST /', { 'Content-Length': '13' })}a body`);
  await pause(10);
  client.write(' in two');
  await once(client.resume(), 'close');
}

async function post2(port: number): Promise<void> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  const stream = session.request({ ':path': '/', ':method': 'POST' });
  stream.write('a body');
  await pause(10);
  stream.end(' in two');
  await once(stream.resume(), 'close');
  session.close();
}
