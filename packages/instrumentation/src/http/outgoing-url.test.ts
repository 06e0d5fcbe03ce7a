import http, { type RequestOptions } from 'node:http';
import { createRequire } from 'node:module';

import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { SpanKind } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { observeEachTest } from './each-test.test-setup.ts';
import { outgoingUrl } from './outgoing-url.ts';

const each = observeEachTest();
let outgoing: HttpInstrumentation | undefined;

test.each<[options: RequestOptions, url: string]>([
  [{ hostname: 'example.com', path: '/items/7?token=secret' }, 'http://example.com/items/7'],
  [{ protocol: 'https:', host: 'example.com', port: 443 }, 'https://example.com/'],
  [{ protocol: 'https:', host: 'example.com', port: 80 }, 'https://example.com:80/'],
  [{ host: 'example.com', port: '80' }, 'http://example.com/'],
  [{ host: 'example.com', port: 8080, path: '/a#b' }, 'http://example.com:8080/a'],
  [{ hostname: 'example.com', host: 'example.com:8080', port: 8080 }, 'http://example.com:8080/'],
  [{ hostname: '::1', port: 8080 }, 'http://[::1]:8080/'],
  [{ hostname: '[::1]', port: 8080 }, 'http://[::1]:8080/'],
  [{ hostname: 'proxy', path: 'http://user:secret@example.com/a?b' }, 'http://proxy/a'],
  [{ hostname: 'example.com', auth: 'user:secret' }, 'http://example.com/'],
  [{ hostname: null, host: null, path: null, port: null }, 'http://localhost/'],
  [{}, 'http://localhost/'],
])('%j is %s', (options, url) => {
  expect(outgoingUrl(options)).toBe(url);
});

test('has the path of any URL, and none of its secrets', () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['http', 'https'] }), (text) => {
      const url = new URL(text);
      url.search = '?token=SECRET';
      url.hash = 'SECRET';
      url.username = 'SECRET';
      const { protocol, hostname, host, port, pathname, search } = url;
      const options = { protocol, hostname, host, port, path: pathname + search, auth: 'SECRET' };
      expect(outgoingUrl(options)).toBe(`${protocol}//${host}${pathname}`);
    }),
  );
});

test('is what the span of an outgoing request says', async () => {
  const port = await each.serve(
    http.createServer((_, response) => response.end()),
    '::',
  );
  const instrumentation = watchClients();
  const forms: (() => http.ClientRequest)[] = [
    () => http.get(`http://user:secret@127.0.0.1:${port}/text?token=secret`),
    () => http.get(new URL(`http://user:secret@127.0.0.1:${port}/url?token=secret`)),
    () => http.get(new URL(`http://[::1]:${port}/six`)),
    () => http.get({ port, hostname: '127.0.0.1', path: '/options?token=secret', auth: 'user:secret' }),
  ];
  for (const get of forms) {
    await new Promise((resolve) => get().on('response', (response) => response.resume().on('end', resolve)));
  }
  instrumentation.disable();
  const spans = await each.spans(4);
  const clients = spans.filter(({ kind }) => kind === SpanKind.CLIENT);
  expect(clients.map(({ attributes }) => attributes['url.full'])).toEqual([
    `http://127.0.0.1:${port}/text`,
    `http://127.0.0.1:${port}/url`,
    `http://[::1]:${port}/six`,
    `http://127.0.0.1:${port}/options`,
  ]);
  expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain('secret');
  expect(spans.filter(({ kind }) => kind === SpanKind.SERVER)).toHaveLength(4);
});

test.each([
  [['X-Name', 'a', 'X-Name', 'b', 'Host', 'own']],
  [
    [
      ['X-Name', 'a'],
      ['X-Name', 'b'],
      ['Host', 'own'],
    ],
  ],
])('headers that are a list arrive as they are: %j', async (headers) => {
  let arrived: readonly string[] = [];
  const port = await each.serve(
    http.createServer(({ rawHeaders }, response) => {
      arrived = rawHeaders;
      response.end();
    }),
  );
  const instrumentation = watchClients();
  const options = { port, headers, agent: false } as unknown as RequestOptions;
  await new Promise((resolve) => http.get(options).on('response', (response) => response.resume().on('end', resolve)));
  instrumentation.disable();
  expect(arrived.slice(0, 6)).toEqual(['X-Name', 'a', 'X-Name', 'b', 'Host', 'own']);
});

test.each([
  ['a number', 5],
  ['a list', ['GET']],
  ['an object', {}],
  ['a symbol', Symbol('GET')],
  ['a function', () => 'GET'],
  ['false', false],
])('a method that is no text throws what Node throws: %s', (_, method) => {
  const options = { port: 1, method } as unknown as RequestOptions;
  const requests = [() => http.request(options), () => http.get('http://127.0.0.1:1/', options)];
  const bare = requests.map(thrownBy);
  const instrumentation = watchClients();
  const watched = requests.map(thrownBy);
  instrumentation.disable();
  expect(watched).toEqual(bare);
  expect(watched).toMatchObject([{ code: 'ERR_INVALID_ARG_TYPE' }, { code: 'ERR_INVALID_ARG_TYPE' }]);
});

/** One for all tests: what was required once is patched by nobody who comes later. */
function watchClients(): HttpInstrumentation {
  const { httpInstrumentationConfig } = each.observed;
  if (outgoing === undefined) {
    outgoing = new HttpInstrumentation(httpInstrumentationConfig);
    createRequire(import.meta.url)('http');
  } else {
    outgoing.setConfig(httpInstrumentationConfig);
    outgoing.enable();
  }
  return outgoing;
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    return { name, message, code };
  }
  return undefined;
}
