/** The user of a request is whom its handler names last, in its line, its records and its span; nobody else's. */
import http, { type RequestListener } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { observeEachTest } from './http/each-test.test-setup.ts';
import { exchange, request } from './http/wire.test-setup.ts';
import { maxUserIdLength, setUser, userIdAttribute } from './user.ts';

const each = observeEachTest({ slowMillis: -1, verySlowMillis: 5000 });

async function userIn(listener: RequestListener): Promise<string | undefined> {
  await exchange(await each.serve(http.createServer(listener)), request('GET /'));
  const [line = ''] = await each.observed.accessLines(1);
  return / user:(\S+) /.exec(line)?.[1];
}

describe('named', () => {
  test.each<[string, (done: () => void) => unknown]>([
    [
      'at once',
      (done) => {
        setUser('alice');
        done();
      },
    ],
    [
      'after an await',
      async (done) => {
        await pause(1);
        setUser('alice');
        done();
      },
    ],
    [
      'in something nested that the handler awaits',
      async (done) => {
        await (async () => {
          await Promise.all([pause(1), pause(2).then(() => setUser('alice'))]);
        })();
        done();
      },
    ],
    [
      'in a callback',
      (done) => {
        setTimeout(() => {
          setUser('alice');
          done();
        }, 1);
      },
    ],
    [
      'inside a span of the application’s own',
      (done) => {
        trace.getTracer('test').startActiveSpan('login', (span) => {
          setUser('alice');
          span.end();
          done();
        });
      },
    ],
    [
      'a second time, which wins',
      (done) => {
        setUser('service');
        setUser('alice');
        done();
      },
    ],
    [
      'and then once more by nothing, which does nothing',
      (done) => {
        setUser('alice');
        for (const nothing of ['', undefined, null, true, {}]) setUser(nothing as string);
        done();
      },
    ],
  ])('%s', async (...[, name]) => {
    expect(await userIn((_, response) => void name(() => response.end()))).toBe('alice');
    const spans = await each.spans(1);
    expect(spans.find(({ kind }) => kind === 1)?.attributes[userIdAttribute]).toBe('alice');
    expect(each.observed.records.map(({ concern, attributes }) => [concern, attributes[userIdAttribute]])).toEqual([
      ['access', 'alice'],
      ['performance', 'alice'],
    ]);
  });
});

test('is anonymous where nobody is named', async () => {
  expect(await userIn((_, response) => response.end())).toBe('anonymous');
  expect(each.observed.records.map(({ attributes }) => attributes[userIdAttribute])).toEqual([undefined, undefined]);
});

test('is not the one of the request before, or of the one beside it', async () => {
  const port = await each.serve(
    http.createServer(async ({ url }, response) => {
      if (url !== '/nobody') setUser(String(url));
      await pause(5);
      response.end();
    }),
  );
  const keepAlive = { Connection: 'keep-alive' };
  await Promise.all([
    exchange(port, request('GET /a', keepAlive) + request('GET /nobody')),
    exchange(port, request('GET /b')),
  ]);
  const lines = await each.observed.accessLines(3);
  expect(lines.map((line) => line.replace(/ \d+\.\d\dms| ip:.*/g, '')).toSorted()).toEqual([
    'GET /a 200 user:/a',
    'GET /b 200 user:/b',
    'GET /nobody 200 user:anonymous',
  ]);
});

test.each([
  [42, '42'],
  [2n ** 63n, '9223372036854775808'],
  ['', 'anonymous'],
  [null, 'anonymous'],
  [{ toString: () => 'alice' }, 'anonymous'],
])('%s is %s', async (id, shown) => {
  expect(
    await userIn((_, response) => {
      setUser(id as string);
      response.end();
    }),
  ).toBe(shown);
});

test('cannot be written so that it passes for another field', async () => {
  expect(
    await userIn((_, response) => {
      setUser('eve ip:203.0.113.9');
      response.end();
    }),
  ).toBe('eve\\x20ip:203.0.113.9');
});

test('is cut where it is no id any more', async () => {
  const user = await userIn((_, response) => {
    setUser('x'.repeat(5000));
    response.end();
  });
  expect(user).toBe('x'.repeat(maxUserIdLength));
});

test('named outside a request is nobody’s, and no error', () => {
  expect(setUser('alice')).toBeUndefined();
  expect(context.with(ROOT_CONTEXT, () => setUser('alice'))).toBeUndefined();
  expect(each.observed.records).toEqual([]);
});

test('named when the answer has been sent comes too late, and is no error', async () => {
  const { promise: named, resolve } = Promise.withResolvers<void>();
  const user = await userIn(async (_, response) => {
    response.end();
    await pause(20);
    setUser('alice');
    resolve();
  });
  await named;
  expect(user).toBe('anonymous');
});
