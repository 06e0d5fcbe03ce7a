/** A handler that throws: the line says 500, and the process dies, or lives, as it would have. */
import http, { type RequestListener } from 'node:http';
import http2 from 'node:http2';
import EventEmitter, { once } from 'node:events';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { observeEachTest } from './each-test.test-setup.ts';
import { run } from './program.test-setup.ts';
import { connect, exchange, request, statusesIn } from './wire.test-setup.ts';

/** The error as Node shows it, without the frames between the handler and Node's parser. */
function report(stderr: string): string {
  return stderr
    .split('\n')
    .slice(0, 7)
    .join('\n')
    .replace(/at Server\.emit[^]*/, '');
}

describe('without anybody who catches it', () => {
  test("the process dies with the same words, which name the application's own line", async () => {
    const [bare, observed] = await Promise.all([
      run('throwing-server.test-program.ts'),
      run('throwing-server.test-program.ts', 'observed'),
    ]);
    expect(report(observed.stderr)).toContain("throw new TypeError('the handler is broken');");
    expect(report(observed.stderr)).toMatch(/^\s+at Server\.handler \(.*throwing-server\.test-program\.ts:\d+:\d+\)$/m);
    expect(report(observed.stderr)).toBe(report(bare.stderr));
    expect(observed.code).toBe(bare.code);
    expect(observed.stdout).toMatch(/^GET \/crash 500 /);
  });
});

describe('with an application that goes on', () => {
  const each = observeEachTest();
  let thrown: unknown[] = [];
  let listeners: NodeJS.UncaughtExceptionListener[] = [];
  let rejectionListeners: NodeJS.UnhandledRejectionListener[] = [];

  beforeEach(() => {
    thrown = [];
    listeners = process.listeners('uncaughtException');
    rejectionListeners = process.listeners('unhandledRejection');
    process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection');
    process.on('uncaughtException', (error) => thrown.push(error));
    process.on('unhandledRejection', (error) => thrown.push(error));
  });

  afterEach(() => {
    process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('uncaughtException', listener);
    for (const listener of rejectionListeners) process.on('unhandledRejection', listener);
  });

  const failure = new Error('thrown on purpose');
  const fail: RequestListener = () => {
    throw failure;
  };

  test('a client that gives up waiting was failed by the handler', async () => {
    const port = await each.serve(http.createServer(fail));
    const client = await connect(port);
    client.end(request('GET /'));
    await once(client, 'close');
    expect(thrown).toEqual([failure]);
    expect(await each.requests(1)).toEqual(['GET / 500']);
  });

  test('what is answered after all is what was answered', async () => {
    const server = http.createServer((_, response) => {
      setTimeout(() => response.writeHead(418).end(), 10);
      throw failure;
    });
    const received = await exchange(await each.serve(server), request('GET /'));
    expect(statusesIn(received)).toEqual([418]);
    expect(thrown).toEqual([failure]);
    expect(await each.requests(1)).toEqual(['GET / 418']);
  });

  test('an answer that was complete before stays', async () => {
    const server = http.createServer((_, response) => {
      response.writeHead(201, { Connection: 'close' }).end();
      throw failure;
    });
    await exchange(await each.serve(server), request('GET /'));
    expect(await each.requests(1)).toEqual(['GET / 201']);
  });

  test('a request handed on to another server, whose handler is done, was failed by its own', async () => {
    const inner = http.createServer(() => {});
    const outer = http.createServer((...args) => {
      inner.emit('request', ...args);
      throw failure;
    });
    const client = await connect(await each.serve(outer));
    client.end(request('GET /'));
    await once(client, 'close');
    expect(await each.requests(1)).toEqual(['GET / 500']);
  });

  test('an upgrade', async () => {
    const server = http.createServer();
    server.on('upgrade', (...[, socket]) => {
      setTimeout(() => socket.destroy(), 10);
      throw failure;
    });
    await exchange(await each.serve(server), request('GET /', { Connection: 'Upgrade', Upgrade: 'x' }));
    expect(thrown).toEqual([failure]);
    expect(await each.requests(1)).toEqual(['GET / 500']);
  });

  test('a stream of HTTP/2', async () => {
    const server = http2.createServer();
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      throw failure;
    });
    const session = http2.connect(`http://127.0.0.1:${await each.serve(server)}`);
    const stream = session.request({ ':path': '/' });
    await once(stream, 'ready');
    while (thrown.length === 0) await new Promise(setImmediate);
    session.destroy();
    expect(thrown).toEqual([failure]);
    expect(await each.requests(1)).toEqual(['GET / 500']);
  });

  test('an async handler that rejects leaves the client to give up', async () => {
    const server = http.createServer(() => Promise.reject(failure) as unknown as void);
    const client = await connect(await each.serve(server));
    client.end(request('GET /'));
    await once(client, 'close');
    expect(thrown).toEqual([failure]);
    expect(await each.requests(1)).toEqual(['GET / 499']);
  });

  test('an async handler that rejects, where Node answers for it', async () => {
    EventEmitter.captureRejections = true;
    const server = http.createServer(() => Promise.reject(failure) as unknown as void);
    EventEmitter.captureRejections = false;
    const received = await exchange(await each.serve(server), request('GET /'));
    expect(statusesIn(received)).toEqual([500]);
    expect(thrown).toEqual([]);
    expect(await each.requests(1)).toEqual(['GET / 500']);
  });
});
