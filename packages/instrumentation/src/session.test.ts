/** Events of a request carry a hash of the session that its handler names last; the id itself is nowhere. */
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { observeEachTest } from './http/each-test.test-setup.ts';
import { exchange, request } from './http/wire.test-setup.ts';
import { originOfRequest } from './request-origin.ts';
import { sessionHash, setSession } from './session.ts';

const each = observeEachTest();

async function hashAfter(name: () => unknown): Promise<string | undefined> {
  let hash: string | undefined;
  const server = http.createServer(async (_, response) => {
    await name();
    hash = originOfRequest().sessionHash;
    response.end();
  });
  await exchange(await each.serve(server), request('GET /'));
  return hash;
}

async function nameTwice(): Promise<void> {
  setSession('a');
  await pause(1).then(() => setSession('b'));
}

test('is the same for the same session, in any process, and another for another', () => {
  // printf 'sentrikat.session:s3cret' | sha256sum | cut -c-32
  expect(sessionHash('s3cret')).toBe('1f71cb5a47d171c3080824e6a5e0d396');
  expect(sessionHash('s3cret')).not.toBe(sessionHash('s3cres'));
});

test('is of the session that is named last, however deep inside', async () => {
  expect(await hashAfter(() => setSession('a'))).toBe(sessionHash('a'));
  expect(await hashAfter(nameTwice)).toBe(sessionHash('b'));
});

test('there is none where none is named', async () => {
  expect(await hashAfter(() => {})).toBeUndefined();
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['an empty text', ''],
  ['a number', 7],
  ['an object', { toString: () => 'abc' }],
  ['what is too long for a header', 'x'.repeat(16_385)],
])('stays as it was when it is named by %s', async (...[, nothing]) => {
  const named = () => {
    setSession('a');
    setSession(nothing as string);
  };
  expect(await hashAfter(named)).toBe(sessionHash('a'));
});

test.each([
  ['a\nb'],
  ['../../etc/passwd'],
  ['s:signed.by+express/session=='],
  ['\ud800'],
  ['\0'],
  ['x'.repeat(16_384)],
])('is plain, whatever is in the id: %j', async (id) => {
  expect(await hashAfter(() => setSession(id))).toMatch(/^[0-9a-f]{32}$/);
});

test('named outside a request is nobody’s, and no error', () => {
  expect(setSession('a')).toBeUndefined();
  expect(originOfRequest().sessionHash).toBeUndefined();
});
