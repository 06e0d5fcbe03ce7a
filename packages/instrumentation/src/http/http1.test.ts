/** What an HTTP/1 server answers has one access line a request, which says what the client was told. */
import http, { type RequestListener } from 'node:http';
import net from 'node:net';

import { describe, expect, test } from 'vitest';

import { setUser } from '../user.ts';
import { observeEachTest } from './each-test.test-setup.ts';
import { connect, exchange, request, statusesIn } from './wire.test-setup.ts';

const each = observeEachTest();

const echo: RequestListener = (message, response) => response.end(message.url);

test('an access line has method, path, status, duration, user, address and user agent', async () => {
  const port = await each.serve(http.createServer(echo));
  await exchange(port, request('GET /items/7', { 'User-Agent': 'curl/8.5.0' }));
  expect(await each.observed.accessLines(1)).toEqual([
    expect.stringMatching(/^GET \/items\/7 200 \d+\.\d\dms user:anonymous ip:127\.0\.0\.1 ua:"curl\/8\.5\.0"$/),
  ]);
});

test('the record says the same in the words of the conventions', async () => {
  const port = await each.serve(http.createServer(echo));
  await exchange(port, request('GET /items/7', { 'User-Agent': 'curl/8.5.0' }));
  await each.requests(1);
  expect(each.observed.records).toEqual([
    expect.objectContaining({
      concern: 'access',
      eventName: 'http.server.request',
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'url.path': '/items/7',
        'client.address': '127.0.0.1',
        'user_agent.original': 'curl/8.5.0',
        'network.protocol.version': '1.1',
        'sentrikat.duration_ms': expect.any(Number),
      },
    }),
  ]);
});

describe('connections', () => {
  test('one that is kept alive has a line for each of its requests, when that is answered', async () => {
    const port = await each.serve(http.createServer(echo));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (const path of ['/1', '/2', '/3']) {
      await new Promise((resolve) =>
        http.get({ port, path, agent }, (response) => response.resume().on('end', resolve)),
      );
      expect(await each.requests(1)).toHaveLength(Number(path.slice(1)));
    }
    agent.destroy();
    expect(await each.requests(3)).toEqual(['GET /1 200', 'GET /2 200', 'GET /3 200']);
  });

  test('one that carries requests before their predecessors are answered has a line for each', async () => {
    const delays = new Map([
      ['/1', 30],
      ['/2', 0],
      ['/3', 10],
    ]);
    const port = await each.serve(
      http.createServer((message, response) => {
        setTimeout(() => response.writeHead(200 + Number(message.url?.[1])).end(), delays.get(message.url ?? ''));
      }),
    );
    const keepAlive = { Connection: 'keep-alive' };
    await exchange(port, request('GET /1', keepAlive) + request('GET /2', keepAlive) + request('GET /3'));
    expect(await each.requests(3)).toEqual(['GET /1 201', 'GET /2 202', 'GET /3 203']);
  });

  test('one request too many is refused by Node, and has a line', async () => {
    const server = http.createServer(echo);
    server.maxRequestsPerSocket = 1;
    const port = await each.serve(server);
    const keepAlive = { Connection: 'keep-alive' };
    await exchange(
      port,
      request('GET /1', keepAlive) + request('GET /2', keepAlive),
      (got) => statusesIn(got).length === 2,
    );
    expect(await each.requests(2)).toEqual(['GET /1 200', 'GET /2 503']);
  });

  test('one of HTTP/1.0 ends with its response', async () => {
    const port = await each.serve(http.createServer(echo));
    await exchange(port, 'GET /old HTTP/1.0\r\n\r\n');
    expect(await each.requests(1)).toEqual(['GET /old 200']);
    expect(each.observed.records[0]?.attributes['network.protocol.version']).toBe('1.0');
  });

  test('one that another server has accepted and handed on has its lines', async () => {
    const inner = http.createServer(echo);
    inner.on('connect', (...[, socket]) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    const port = await each.serve(net.createServer((socket) => inner.emit('connection', socket)));
    await exchange(port, request('GET /inner'));
    await exchange(port, request('CONNECT b:443'));
    expect(await each.requests(2)).toEqual(['GET /inner 200', 'CONNECT b:443 200']);
  });
});

describe('the status', () => {
  test.each<[name: string, status: number, method: string, listener: RequestListener]>([
    ['of a response without a body', 204, 'GET', (_, response) => response.writeHead(204).end()],
    ['of one that refers to a cache', 304, 'GET', (_, response) => response.writeHead(304).end()],
    ['of one to HEAD', 200, 'HEAD', (_, response) => response.end('not sent')],
    ['of a redirect', 302, 'GET', (_, response) => response.writeHead(302, { Location: '/' }).end()],
    ['of an error', 503, 'GET', (_, response) => response.writeHead(503).end()],
    ['that no standard knows', 799, 'GET', (_, response) => response.writeHead(799).end()],
    [
      'is that of the final response, not of informational ones before',
      201,
      'GET',
      (_, response) => {
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.writeProcessing();
        response.writeHead(201).end();
      },
    ],
    [
      'is what was sent, whatever the code is set to afterwards',
      200,
      'GET',
      (_, response) => {
        response.end('sent');
        response.statusCode = 500;
      },
    ],
    [
      'of a response in many pieces',
      202,
      'POST',
      (message, response) => {
        response.writeHead(202);
        message.on('data', (chunk) => response.write(chunk)).on('end', () => response.end('end'));
      },
    ],
  ])('%s: %i', async (...[, status, method, listener]) => {
    const port = await each.serve(http.createServer(listener));
    const received = await exchange(port, request(`${method} /`, method === 'POST' ? { 'Content-Length': '0' } : {}));
    expect(statusesIn(received).at(-1)).toBe(status);
    expect(await each.requests(1)).toEqual([`${method} / ${status}`]);
  });
});

describe('what Node answers itself', () => {
  test.each([
    ['no Host', 400, 'GET /no-host HTTP/1.1\r\nConnection: close\r\n\r\n', '/no-host'],
    ['an unknown expectation', 417, request('GET /wonder', { Expect: 'miracles' }), '/wonder'],
  ])('%s is %i', async (...[, status, bytes, path]) => {
    const port = await each.serve(http.createServer(() => expect.unreachable()));
    expect(statusesIn(await exchange(port, bytes))).toEqual([status]);
    expect(await each.requests(1)).toEqual([`GET ${path} ${status}`]);
  });
});

describe('an expectation', () => {
  const post = request('POST /upload', { Expect: '100-continue', 'Content-Length': '2' });

  test('of 100-continue that Node meets is one request', async () => {
    const port = await each.serve(http.createServer(echo));
    expect(statusesIn(await exchange(port, `${post}ok`))).toEqual([100, 200]);
    expect(await each.requests(1)).toEqual(['POST /upload 200']);
  });

  test.each([
    [
      'meets by announcing the request',
      [100, 200],
      (server: http.Server): RequestListener =>
        (message, response) => {
          setUser('alice');
          response.writeContinue();
          server.emit('request', message, response);
        },
    ],
    [
      'meets later by announcing the request',
      [100, 200],
      (server: http.Server): RequestListener =>
        (message, response) => {
          setUser('alice');
          setTimeout(() => {
            response.writeContinue();
            server.emit('request', message, response);
          }, 5);
        },
    ],
    [
      'refuses',
      [413],
      (): RequestListener => (_, response) => {
        setUser('alice');
        response.writeHead(413, { Connection: 'close' }).end();
      },
    ],
  ])('of 100-continue that a listener %s is one request', async (...[, statuses, listenerFor]) => {
    const server = http.createServer(echo);
    server.on('checkContinue', listenerFor(server));
    const port = await each.serve(server);
    expect(statusesIn(await exchange(port, `${post}ok`))).toEqual(statuses);
    expect(await each.requests(1)).toEqual([`POST /upload ${statuses.at(-1)}`]);
    expect(await each.observed.accessLines(1)).toEqual([expect.stringContaining(' user:alice ')]);
    expect(await each.spans(1)).toHaveLength(1);
  });

  test('that only a listener knows is one request', async () => {
    const server = http.createServer();
    server.on('checkExpectation', (_, response) => response.writeHead(200).end());
    const port = await each.serve(server);
    await exchange(port, request('GET /wonder', { Expect: 'miracles' }));
    expect(await each.requests(1)).toEqual(['GET /wonder 200']);
    expect(await each.spans(1)).toHaveLength(1);
  });
});

describe('what the client wrote', () => {
  test.each([
    ['/search?token=secret', '/search'],
    ['/page#secret', '/page'],
    ['http://user:secret@example.com/path?q=secret', '/path'],
    ['http://example.com', '/'],
    ['*', '*'],
    ['/caf%C3%A9/%0a', '/caf%C3%A9/%0a'],
    ['//double', '//double'],
  ])('the target %s shows as %s', async (target, path) => {
    const port = await each.serve(http.createServer(echo));
    await exchange(port, request(`OPTIONS ${target}`));
    expect(await each.requests(1)).toEqual([`OPTIONS ${path} 200`]);
    const [span] = await each.spans(1);
    expect(
      JSON.stringify([each.observed.records.map(({ body, attributes }) => [body, attributes]), span?.attributes]),
    ).not.toContain('secret');
  });

  test('a path that fills the header is shown in part, with its length', async () => {
    const port = await each.serve(http.createServer(echo));
    await exchange(port, request(`GET /${'a'.repeat(15_000)}`));
    expect(await each.requests(1)).toEqual([expect.stringMatching(/^GET \/a{1023}\\\+13977 200$/)]);
  });

  test('a user agent that fills the header is shown in part, with its length', async () => {
    const port = await each.serve(http.createServer(echo));
    await exchange(port, request('GET /', { 'User-Agent': 'b'.repeat(15_000) }));
    expect(await each.observed.accessLines(1)).toEqual([expect.stringMatching(/ ua:"b{1024}\\\+13976"$/)]);
  });

  test('bytes that are not ASCII are shown as bytes', async () => {
    const port = await each.serve(http.createServer(echo));
    await exchange(port, request('GET /', { 'User-Agent': 'caf\xc3\xa9 "\x80' }));
    expect(await each.observed.accessLines(1)).toEqual([expect.stringMatching(/ ua:"caf\\xC3\\xA9 \\x22\\x80"$/)]);
  });

  test('an address in a header is not believed', async () => {
    const port = await each.serve(http.createServer(echo));
    const forged = '203.0.113.9';
    await exchange(
      port,
      request('GET /', { 'X-Forwarded-For': forged, Forwarded: `for=${forged}`, 'X-Real-IP': forged }),
    );
    expect(await each.observed.accessLines(1)).toEqual([expect.stringContaining(' ip:127.0.0.1 ')]);
    const [span] = await each.spans(1);
    expect(span?.attributes['client.address']).toBe('127.0.0.1');
  });

  test('"do not sample" in a trace context does not keep a request out of the log', async () => {
    const port = await each.serve(http.createServer(echo));
    await exchange(port, request('GET /', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` }));
    expect(await each.requests(1)).toEqual(['GET / 200']);
  });
});

describe('the address', () => {
  test.each([
    ['IPv6', '::1', '::1', '::1'],
    ['IPv4 on a dual-stack server', '::', '127.0.0.1', '127.0.0.1'],
  ])('%s', async (...[, listening, connecting, shown]) => {
    const port = await each.serve(http.createServer(echo), listening);
    (await connect(port, connecting)).end(request('GET /'));
    expect(await each.observed.accessLines(1)).toEqual([expect.stringContaining(` ip:${shown} `)]);
  });
});
