import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isMalformedRequest, requestLineOf, unreadable } from './malformed-request.ts';

const lineOf = (text: string) => requestLineOf({ code: 'HPE_INVALID_METHOD', rawPacket: Buffer.from(text, 'latin1') });

test.each<[packet: string, method: string, path: string]>([
  ['GET /path HTTP/1.1\r\nHost: a\r\n', 'GET', '/path'],
  ['GET /path?secret HTTP/1.1\r\n', 'GET', '/path'],
  ['M-SEARCH * HTTP/1.1\r\n', 'M-SEARCH', '*'],
  ['FORGE http://user:secret@host/path HTTP/1.1\r\n', 'FORGE', '/path'],
  [`GET /${'a'.repeat(20_000)}`, 'GET', `/${'a'.repeat(16 * 1024 - 5)}`],
])('%j is %s %s', (packet, method, path) => {
  expect(lineOf(packet)).toEqual({ method, path });
});

test.each([
  [''],
  ['get /path HTTP/1.1\r\n'],
  ['GET  HTTP/1.1\r\n'],
  ['GET path HTTP/1.1\r\n'],
  ['GET /path\r\nHost: a'],
  ['GET /path extra HTTP/1.1\r\n'],
  [' GET /path HTTP/1.1\r\n'],
  ['\r\nGET /path HTTP/1.1\r\n'],
  ['Cookie: SESSION /secret HTTP/1.1\r\n'],
  ['secret-in-the-middle-of-a-header\r\n\r\n'],
  ['\x16\x03\x01\x02\x00\x01\x00'],
  [`${'A'.repeat(33)} /path HTTP/1.1\r\n`],
])('%j says nothing', (packet) => {
  expect(lineOf(packet)).toEqual(unreadable);
});

test.each([[undefined], ['GET / HTTP/1.1'], [{}], [null]])('a packet that is %j says nothing', (rawPacket) => {
  expect(requestLineOf({ code: 'HPE_X', rawPacket })).toEqual(unreadable);
});

test('bytes in the middle of a buffer are read where they are', () => {
  const buffer = Buffer.from('POST /other HTTP/1.1\r\nGET /path HTTP/1.1\r\n');
  const rawPacket = new Uint8Array(buffer.buffer, buffer.byteOffset + 22, 20);
  expect(requestLineOf({ code: 'HPE_X', rawPacket })).toEqual({ method: 'GET', path: '/path' });
});

describe('whatever the bytes', () => {
  test('what is shown stands at their very beginning', () => {
    const pieces = fc.constantFrom(
      'GET',
      'get',
      ' ',
      '/',
      '/a',
      '?',
      '*',
      'http://',
      'HTTP/1.1',
      '\r\n',
      ':',
      '\0',
      '\xff',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces).map((parts) => parts.join('')),
          // A character a byte, as the packet is made of it.
          fc.string({ unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)) }),
        ),
        (text) => {
          const { method, path } = lineOf(text);
          const firstLine = text.split(/[\r\n]/)[0] ?? '';
          expect(method === '' ? path === '' : firstLine.startsWith(`${method} `) && firstLine.includes(path)).toBe(
            true,
          );
          expect(path).not.toMatch(/[\s?#]/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('the time it takes is short', () => {
    const start = performance.now();
    for (const part of ['A', 'A ', ' /', 'GET /', 'GET http://']) lineOf(part.repeat(100_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});

test.each<[error: unknown, isRequest: boolean]>([
  [{ code: 'HPE_INVALID_METHOD' }, true],
  [{ code: 'HPE_HEADER_OVERFLOW' }, true],
  [{ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, true],
  [{ code: 'ECONNRESET' }, false],
  [{ code: 'EPIPE' }, false],
  [{ code: 7 }, false],
  [new Error('HPE_'), false],
  ['HPE_INVALID_METHOD', false],
  [null, false],
  [undefined, false],
])('%j means a request: %s', (error, isRequest) => {
  expect(isMalformedRequest(error)).toBe(isRequest);
});
