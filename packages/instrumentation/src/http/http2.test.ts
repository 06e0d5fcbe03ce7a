/** HTTP/2, by its stream API and by Node's compatibility API, with and without TLS, has one access line a stream. */
import { once } from 'node:events';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type ServerHttp2Stream } from 'node:http2';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { setUser } from '../user.ts';
import { observeEachTest } from './each-test.test-setup.ts';
import { clientTls, serverTls } from './tls.test-setup.ts';
import { connect as connectRaw } from './wire.test-setup.ts';

const each = observeEachTest();

const sessions: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

const directory = mkdtempSync(join(tmpdir(), 'http2-'));
const bigFile = join(directory, 'big');
writeFileSync(bigFile, Buffer.alloc(8 * 1024 * 1024));
afterAll(() => rmSync(directory, { recursive: true }));

const { HTTP2_HEADER_STATUS: status, NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR } = http2.constants;

async function connect(port: number, isSecure = false): Promise<ClientHttp2Session> {
  const session = http2.connect(`${isSecure ? 'https' : 'http'}://127.0.0.1:${port}`, isSecure ? clientTls : {});
  session.on('error', () => {});
  sessions.push(session);
  await once(session, 'connect');
  return session;
}

function send(session: ClientHttp2Session, headers: http2.OutgoingHttpHeaders, body?: string): ClientHttp2Stream {
  const stream = session.request(headers, { endStream: body === undefined });
  stream.on('error', () => {});
  if (body !== undefined) stream.write(body);
  return stream;
}

async function fetchPaths(session: ClientHttp2Session, ...paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => once(send(session, { ':path': path }).resume(), 'close')));
}

describe('a complete response', () => {
  const servers = {
    'by streams': () =>
      http2.createServer().on('stream', (stream, headers) => {
        stream.respond({ [status]: headers[':path'] === '/2' ? 404 : 200 });
        stream.end('body');
      }),
    'by requests and responses': () =>
      http2.createServer((message, response) => response.writeHead(message.url === '/2' ? 404 : 200).end('body')),
    'by streams, with TLS': () =>
      http2.createSecureServer(serverTls).on('stream', (stream, headers) => {
        stream.respond({ [status]: headers[':path'] === '/2' ? 404 : 200 });
        stream.end('body');
      }),
    'by requests and responses, with TLS': () =>
      http2.createSecureServer(serverTls, (message, response) =>
        response.writeHead(message.url === '/2' ? 404 : 200).end('body'),
      ),
  };
  test.each(Object.entries(servers))('%s', async (name, create) => {
    const port = await each.serve(create());
    const session = await connect(port, name.includes('TLS'));
    await fetchPaths(session, '/1?token=secret', '/2');
    expect((await each.requests(2)).toSorted()).toEqual(['GET /1 200', 'GET /2 404']);
    expect(each.observed.records[0]?.attributes).toMatchObject({
      'client.address': '127.0.0.1',
      'network.protocol.version': '2',
    });
    expect((await each.spans(2)).map((span) => span.attributes['url.scheme'])).toEqual(
      name.includes('TLS') ? ['https', 'https'] : ['http', 'http'],
    );
  });

  test.each<[string, string, (stream: ServerHttp2Stream) => void, number]>([
    ['without a body', 'GET', (stream) => stream.respond({ [status]: 204 }, { endStream: true }), 204],
    ['to HEAD', 'HEAD', (stream) => stream.respond({ [status]: 200 }), 200],
    ['from a file', 'GET', (stream) => stream.respondWithFile(bigFile), 200],
    [
      'after informational ones',
      'GET',
      (stream) => {
        stream.additionalHeaders({ [status]: 103 });
        stream.respond({ [status]: 201 });
        stream.end('x');
      },
      201,
    ],
    [
      'with trailers',
      'GET',
      (stream) => {
        stream.respond({ [status]: 200 }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ sum: '1' }));
        stream.end('x');
      },
      200,
    ],
    [
      'whose session closes in peace meanwhile',
      'GET',
      (stream) => {
        stream.respond({ [status]: 200 });
        stream.session?.close();
        stream.end('x');
      },
      200,
    ],
    [
      'that pushes another',
      'GET',
      (stream) => {
        stream.pushStream({ ':path': '/pushed' }, (...[, pushed]) => {
          pushed.respond({ [status]: 200 });
          pushed.end('pushed');
        });
        stream.respond({ [status]: 200 });
        stream.end('x');
      },
      200,
    ],
    [
      'refused to an early body',
      'POST',
      (stream) => {
        stream.respond({ [status]: 413 });
        stream.end('no');
      },
      413,
    ],
  ])('%s', async (...[, method, respond, expected]) => {
    const port = await each.serve(http2.createServer().on('stream', respond));
    const session = await connect(port);
    const stream = send(session, { ':path': '/', ':method': method }, method === 'POST' ? 'early' : undefined);
    await once(stream.resume(), 'close');
    expect(await each.requests(1)).toEqual([`${method} / ${expected}`]);
    expect(await each.spans(1)).toHaveLength(1);
  });
});

function begin(stream: ServerHttp2Stream): void {
  stream.on('error', () => {});
  stream.respond({ [status]: 200 });
  stream.write('begun');
}

function answer(stream: ServerHttp2Stream): void {
  stream.on('error', () => {});
  stream.respond({ [status]: 200 });
  stream.end(Buffer.alloc(8 * 1024 * 1024));
}

describe('a response that is not completed', () => {
  test.each<[string, (stream: ServerHttp2Stream) => void, (stream: ClientHttp2Stream) => void]>([
    ['because the client cancels it', begin, (stream) => stream.close(NGHTTP2_CANCEL)],
    ['because the client resets it without an error', begin, (stream) => stream.close()],
    ['because the client closes the connection', begin, (stream) => stream.session?.destroy()],
    ['because the client cancels the rest of it', answer, (stream) => stream.close(NGHTTP2_CANCEL)],
    ['because the client closes the connection in the middle', answer, (stream) => stream.session?.destroy()],
    [
      'because the client cancels the rest of a file',
      (stream) => stream.on('error', () => {}).respondWithFile(bigFile),
      (stream) => stream.close(NGHTTP2_CANCEL),
    ],
  ])('%s is 499', async (...[, respond, leave]) => {
    const port = await each.serve(http2.createServer().on('stream', respond));
    const stream = send(await connect(port), { ':path': '/' });
    await once(stream, 'data');
    stream.pause();
    leave(stream);
    expect(await each.requests(1)).toEqual(['GET / 499']);
  });

  test('because the client cancels before it begins is 499', async () => {
    const server = http2.createServer();
    const begun = once(
      server.on('stream', () => {}),
      'stream',
    );
    const stream = send(await connect(await each.serve(server)), { ':path': '/' });
    await begun;
    stream.close(NGHTTP2_CANCEL);
    expect(await each.requests(1)).toEqual(['GET / 499']);
  });

  test.each<[string, (stream: ServerHttp2Stream) => void]>([
    ['resets the stream', (stream) => stream.close(NGHTTP2_INTERNAL_ERROR)],
    [
      'breaks off',
      (stream) => {
        begin(stream);
        stream.destroy(new Error('broken'));
      },
    ],
    ['destroys the session', (stream) => stream.session?.destroy()],
    [
      'destroys the session after the answer',
      (stream) => {
        answer(stream);
        stream.session?.destroy();
      },
    ],
  ])('because the server %s is 500', async (...[, fail]) => {
    const port = await each.serve(
      http2.createServer().on('stream', (stream) => {
        stream.on('error', () => {});
        fail(stream);
      }),
    );
    send(await connect(port), { ':path': '/' }).resume();
    expect(await each.requests(1)).toEqual(['GET / 500']);
  });

  test('each of many streams that are reset at once has its line', async () => {
    const port = await each.serve(http2.createServer().on('stream', (stream) => void stream.on('error', () => {})));
    const session = await connect(port);
    const count = 50;
    const streams = Array.from({ length: count }, () => send(session, { ':path': '/' }));
    await pause(10);
    for (const stream of streams) stream.close(NGHTTP2_CANCEL);
    expect(await each.requests(count)).toEqual(Array.from({ length: count }, () => 'GET / 499'));
  });

  test('because its header and its end came together is 499, with an address', async () => {
    const port = await each.serve(http2.createServer().on('stream', () => {}));
    const client = await connectRaw(port);
    client.write(
      Buffer.concat([preface, frame(settings, 0, 0), frame(headers, 5, 1, getRoot), frame(reset, 0, 1, cancel)]),
    );
    expect(await each.observed.accessLines(1)).toEqual([expect.stringMatching(/^GET \/ 499 .* ip:127\.0\.0\.1 /)]);
    client.destroy();
  });
});

describe('CONNECT', () => {
  const connectTo = { ':method': 'CONNECT', ':authority': 'db.example:5432' };

  test('by streams', async () => {
    const port = await each.serve(
      http2.createServer().on('stream', (stream) => {
        stream.respond({ [status]: 200 });
        stream.end();
      }),
    );
    await once(send(await connect(port), connectTo).resume(), 'close');
    expect(await each.requests(1)).toEqual(['CONNECT db.example:5432 200']);
  });

  test('with a listener for it', async () => {
    const server = http2.createServer(() => expect.unreachable());
    server.on('connect', (...[, response]: [unknown, http2.Http2ServerResponse]) => response.writeHead(202).end());
    await once(send(await connect(await each.serve(server)), connectTo).resume(), 'close');
    expect(await each.requests(1)).toEqual(['CONNECT db.example:5432 202']);
    expect(await each.spans(1)).toHaveLength(1);
  });

  test('without one', async () => {
    const server = http2.createServer(() => expect.unreachable());
    await once(send(await connect(await each.serve(server)), connectTo).resume(), 'close');
    expect(await each.requests(1)).toEqual(['CONNECT db.example:5432 405']);
  });
});

test('a stream that one server hands on to another is one request', async () => {
  const inner = http2.createServer().on('stream', answer);
  const outer = http2.createServer().on('stream', (...args) => {
    setUser('alice');
    inner.emit('stream', ...args);
  });
  await fetchPaths(await connect(await each.serve(outer)), '/');
  expect(await each.observed.accessLines(1)).toEqual([expect.stringMatching(/^GET \/ 200 .* user:alice /)]);
  expect(await each.spans(1)).toHaveLength(1);
});

test('an expectation of 100-continue is one request', async () => {
  const server = http2.createServer((_, response) => response.end());
  server.on('checkContinue', (message, response) => {
    response.writeContinue();
    server.emit('request', message, response);
  });
  const port = await each.serve(server);
  const stream = send(await connect(port), { ':path': '/', ':method': 'POST', expect: '100-continue' }, 'x');
  stream.end();
  await once(stream.resume(), 'close');
  expect(await each.requests(1)).toEqual(['POST / 200']);
  expect(await each.spans(1)).toHaveLength(1);
});

test('a server of both protocols has a line for either', async () => {
  const server = http2.createSecureServer({ ...serverTls, allowHTTP1: true }, (_, response) => {
    response.writeHead(200);
    response.end();
  });
  const port = await each.serve(server);
  await fetchPaths(await connect(port, true), '/two');
  await get(port, '/one');
  expect(await each.requests(2)).toEqual(['GET /two 200', 'GET /one 200']);
  expect(each.observed.records.map(({ attributes }) => attributes['network.protocol.version'])).toEqual(['2', '1.1']);
});

test('an https server has a line, with the scheme in the span', async () => {
  const port = await each.serve(https.createServer(serverTls, (_, response) => response.end()));
  await get(port, '/secure');
  expect(await each.observed.accessLines(1)).toEqual([expect.stringMatching(/^GET \/secure 200 .* ip:127\.0\.0\.1 /)]);
  expect((await each.spans(1))[0]?.attributes['url.scheme']).toBe('https');
});

async function get(port: number, path: string): Promise<void> {
  await new Promise((resolve, reject) => {
    const request = https.get({ port, path, host: '127.0.0.1', agent: false, ...clientTls }, (response) =>
      response.resume().on('end', resolve),
    );
    request.on('error', reject);
  });
}

/** https://www.rfc-editor.org/rfc/rfc9113#section-6 */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const [headers, reset, settings] = [1, 3, 4] as const;
const cancel = Buffer.from([0, 0, 0, NGHTTP2_CANCEL]);
/** GET, /, http and an authority, by the static table of https://www.rfc-editor.org/rfc/rfc7541#appendix-A */
const getRoot = Buffer.from([0x82, 0x84, 0x86, 0x41, 1, 0x61]);

function frame(type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
