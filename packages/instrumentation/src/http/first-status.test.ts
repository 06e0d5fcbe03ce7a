import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { Duplex, Writable } from 'node:stream';

import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { onFirstStatus } from './first-status.ts';

/** Keeps what is written to it. Its `_write` is a property of its own, as of any stream made from options. */
function recorder(): { stream: Socket; written: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Duplex({
    decodeStrings: false,
    read() {},
    write(chunk: Buffer | string, encoding, callback) {
      chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
      callback();
    },
    writev(items, callback) {
      for (const { chunk, encoding } of items)
        chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : (chunk as Buffer));
      callback();
    },
  });
  return { stream: stream as Socket, written: () => Buffer.concat(chunks).toString('latin1') };
}

const ways: readonly [name: string, write: (socket: Socket, text: string) => void][] = [
  ['a string', (socket, text) => socket.write(text)],
  ['latin1', (socket, text) => socket.write(text, 'latin1')],
  ['hexadecimal digits', (socket, text) => socket.write(Buffer.from(text).toString('hex'), 'hex')],
  ['base64', (socket, text) => socket.write(Buffer.from(text).toString('base64'), 'base64')],
  ['bytes', (socket, text) => socket.write(Buffer.from(text))],
  ['the middle of a buffer', (socket, text) => socket.write(Buffer.from(`HTTP/1.1 999 ${text}`).subarray(13))],
  [
    'several writes at once',
    (socket, text) => {
      socket.cork();
      socket.write(text.slice(0, 20));
      socket.write(text.slice(20));
      socket.uncork();
    },
  ],
  ['the last write', (socket, text) => socket.end(text)],
];

describe('a status line written as', () => {
  test.each(ways)('%s is read', async (...[, write]) => {
    const { stream, written } = recorder();
    const onStatus = vi.fn<(status: number | undefined) => void>();
    onFirstStatus(stream, onStatus);
    const text = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n';
    write(stream, text);
    await new Promise(setImmediate);
    expect(onStatus.mock.calls).toEqual([[101]]);
    expect(written()).toBe(text);
  });
});

test.each([
  ['HTTP/1.1 200 OK', 200],
  ['HTTP/1.0 404\r\n', 404],
  ['HTTP/1.1 200', 200],
  ['HTTP/2 200', undefined],
  ['HTTP/1.1 2000', undefined],
  ['HTTP/1.1 20', undefined],
  ['hello', undefined],
  ['', undefined],
])('%j says %s', (text, status) => {
  const { stream } = recorder();
  const onStatus = vi.fn<(status: number | undefined) => void>();
  onFirstStatus(stream, onStatus);
  stream.write(Buffer.from(text));
  expect(onStatus.mock.calls).toEqual([[status]]);
});

test('where nothing is written nothing is said', () => {
  const { stream } = recorder();
  const onStatus = vi.fn<(status: number | undefined) => void>();
  onFirstStatus(stream, onStatus);
  stream.destroy();
  expect(onStatus).not.toHaveBeenCalled();
});

describe('afterwards', () => {
  test('a stream with methods of its own has them back', () => {
    const { stream, written } = recorder();
    const shape = () => ['_write', '_writev'].map((name) => Object.getOwnPropertyDescriptor(stream, name));
    const before = shape();
    onFirstStatus(stream, () => {});
    expect(shape()).not.toEqual(before);
    stream.write('one');
    expect(shape()).toEqual(before);
    stream.write('two');
    expect(written()).toBe('onetwo');
  });

  test('two who look at the same stream both learn it, and it is itself again', () => {
    const { stream, written } = recorder();
    const before = Object.getOwnPropertyDescriptor(stream, '_write');
    const [first, second] = [
      vi.fn<(status: number | undefined) => void>(),
      vi.fn<(status: number | undefined) => void>(),
    ];
    onFirstStatus(stream, first);
    onFirstStatus(stream, second);
    stream.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    stream.write('more');
    expect([first.mock.calls, second.mock.calls]).toEqual([[[101]], [[101]]]);
    expect(Object.getOwnPropertyDescriptor(stream, '_write')).toEqual(before);
    expect(written()).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\nmore');
  });

  test('a method that others have put on top stays', () => {
    const { stream, written } = recorder();
    const onStatus = vi.fn<(status: number | undefined) => void>();
    onFirstStatus(stream, onStatus);
    const { _write: ours } = stream;
    const theirs: Writable['_write'] = function (this: Socket, ...args) {
      ours.apply(this, args);
    };
    Object.assign(stream, { _write: theirs });
    stream.write('HTTP/1.1 200 OK\r\n');
    stream.write('HTTP/1.1 500 No\r\n');
    expect(Object.getOwnPropertyDescriptor(stream, '_write')?.value).toBe(theirs);
    expect(onStatus.mock.calls).toEqual([[200]]);
    expect(written()).toBe('HTTP/1.1 200 OK\r\nHTTP/1.1 500 No\r\n');
  });
});

test('whatever is written, and in whatever pieces, arrives', () => {
  const chunks = fc.array(fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.uint8Array()), { maxLength: 5 });
  fc.assert(
    fc.property(chunks, fc.boolean(), (parts, isCorked) => {
      const { stream, written } = recorder();
      onFirstStatus(stream, () => {});
      if (isCorked) stream.cork();
      for (const part of parts) stream.write(part);
      stream.uncork();
      expect(written()).toBe(Buffer.concat(parts.map((part) => Buffer.from(part as string))).toString('latin1'));
    }),
  );
});

describe('on a real connection', () => {
  let server: net.Server;
  beforeEach(async () => {
    server = net.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.close());

  test('a socket has no methods of its own afterwards', async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    const [socket] = await accepted;
    const onStatus = vi.fn<(status: number | undefined) => void>();
    onFirstStatus(socket, onStatus);
    expect(Object.keys(socket)).not.toContain('_write');
    socket.write('HTTP/1.1 426 Upgrade Required\r\n\r\n');
    expect(onStatus.mock.calls).toEqual([[426]]);
    expect(['_write', '_writev'].map((name) => Object.hasOwn(socket, name))).toEqual([false, false]);
    expect(String((await once(client, 'data'))[0])).toBe('HTTP/1.1 426 Upgrade Required\r\n\r\n');
    client.destroy();
  });
});
