import { describe, expect, test } from 'vitest';

import { unixSocket, type Peer } from './peer-address.ts';
import { clientBehind, clientIsPeer, parseProxies } from './trusted-proxies.ts';

const client = clientBehind(parseProxies('10.0.0.0/8, 2001:db8::/32, 192.0.2.7')!);

test.each<[what: string, peer: string | undefined, header: unknown, address: string | undefined]>([
  ['the peer, where it is no proxy, whatever it says', '198.51.100.1', '203.0.113.5', '198.51.100.1'],
  ['whom a proxy has got the request from', '10.1.2.3', '203.0.113.5', '203.0.113.5'],
  [
    'whom the first of several proxies has got it from',
    '10.1.2.3',
    '203.0.113.5, 192.0.2.7, 2001:db8::5',
    '203.0.113.5',
  ],
  ['not what the client has written itself', '10.1.2.3', '127.0.0.1, 203.0.113.5', '203.0.113.5'],
  ['a proxy that has not said', '10.1.2.3', undefined, '10.1.2.3'],
  ['the last that can be read', '10.1.2.3', 'unknown, 10.9.9.9', '10.9.9.9'],
  ['one with a port', '10.1.2.3', '203.0.113.5:4711', '203.0.113.5'],
  ['a longer one with a port', '10.1.2.3', '[2001:db9::1]:4711', '2001:db9::1'],
  ['a longer one', '10.1.2.3', '2001:db9::1', '2001:db9::1'],
  ['an IPv4 client of a dual-stack proxy', '10.1.2.3', '::ffff:203.0.113.5', '203.0.113.5'],
  ['no line breaks', '10.1.2.3', '203.0.113.5\r\nx', '10.1.2.3'],
  ['nobody, where the peer is gone', undefined, '203.0.113.5', undefined],
])('is %s', (...[, peer, header, address]) => {
  expect(client(peer, { 'x-forwarded-for': header })).toBe(address);
});

describe('over a unix socket', () => {
  const trusting = clientBehind(parseProxies(' unix: , 10.0.0.0/8, 192.0.2.7')!);

  test.each<[what: string, peer: Peer, header: unknown, address: string | undefined]>([
    ['whom the proxy has got the request from', unixSocket, '203.0.113.5', '203.0.113.5'],
    [
      'whom the first of several proxies has got it from',
      unixSocket,
      '203.0.113.5, 192.0.2.7, 10.9.9.9',
      '203.0.113.5',
    ],
    ['not what the client has written itself', unixSocket, '127.0.0.1, 203.0.113.5', '203.0.113.5'],
    ['nobody, where the proxy has not said', unixSocket, undefined, undefined],
    ['nobody, where it has said nothing', unixSocket, '', undefined],
    ['nobody, where it has said what is no address', unixSocket, '203.0.113.5, unknown', undefined],
    ['nobody, where it does not know either', unixSocket, '203.0.113.5, unix:', undefined],
    ['nobody, where a header is no text', unixSocket, ['203.0.113.5'], undefined],
    ['the last that can be read', unixSocket, 'unknown, 10.9.9.9', '10.9.9.9'],
    ['no line breaks', unixSocket, '203.0.113.5\r\nx', undefined],
    ['as before, with an address', '10.1.2.3', '203.0.113.5', '203.0.113.5'],
    ['the peer, as before, where that is no proxy', '198.51.100.1', '203.0.113.5', '198.51.100.1'],
    ['nobody, where the peer is gone', undefined, '203.0.113.5', undefined],
  ])('it is %s', (...[, peer, header, address]) => {
    expect(trusting(peer, { 'x-forwarded-for': header })).toBe(address);
  });

  test('nobody is believed where only networks are trusted, and no network where only unix sockets are', () => {
    const headers = { 'x-forwarded-for': '203.0.113.5, 10.1.2.3' };
    expect(client(unixSocket, headers)).toBeUndefined();
    expect(clientIsPeer(unixSocket, headers)).toBeUndefined();
    const only = clientBehind(parseProxies('unix:')!);
    expect(only(unixSocket, headers)).toBe('10.1.2.3');
    expect(only('10.1.2.3', headers)).toBe('10.1.2.3');
  });

  test('a header of any length is read in a bounded number of steps', () => {
    const header = '10.0.0.1,'.repeat(100_000) + '10.0.0.2';
    expect(trusting(unixSocket, { 'x-forwarded-for': header })).toMatch(/^10\./);
  });
});

test('the header is nothing without trusted proxies', () => {
  expect(clientIsPeer('10.1.2.3', { 'x-forwarded-for': '203.0.113.5' })).toBe('10.1.2.3');
});

test('a header of any length is read in a bounded number of steps', () => {
  expect(client('10.1.2.3', { 'x-forwarded-for': '10.0.0.1,'.repeat(100_000) + '10.0.0.2' })).toMatch(/^10\./);
});

test.each([
  '10.0.0.0/33',
  '10.0.0/8',
  'localhost',
  '',
  '10.0.0.1,',
  '::1/129',
  '10.0.0.1/8/8',
  '10.0.0.1/-1',
  '10.0.0.1/x',
  'unix',
  'unix:,',
  'unix:/8',
  'unix:/run/nginx.sock',
  'UNIX:',
  'unix: 10.0.0.1',
])('%j is no list of proxies', (text) => {
  expect(parseProxies(text)).toBeUndefined();
});
