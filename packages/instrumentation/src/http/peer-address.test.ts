import { isIP, Server, type Socket } from 'node:net';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { peerAddress, peerOf, unixSocket } from './peer-address.ts';

test.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['192.0.2.1', '192.0.2.1'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['::ffff:0:1', '::ffff:0:1'],
  [undefined, undefined],
])('%s is %s', (address, shown) => {
  expect(peerAddress(address)).toBe(shown);
});

test('any IPv4 address is the same in either family, and stays an address', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV6(), (four, six) => {
      expect(peerAddress(four)).toBe(four);
      expect(peerAddress(`::ffff:${four}`)).toBe(four);
      expect(isIP(peerAddress(six) ?? '')).not.toBe(0);
    }),
  );
});

/** A server of that state, without listening. */
function server(listening: boolean, address: ReturnType<Server['address']>): Server {
  return Object.defineProperties(new Server(), { listening: { value: listening }, address: { value: () => address } });
}

const tcp = { address: '127.0.0.1', family: 'IPv4', port: 80 };

test.each<[what: string, socket: object, peer: unknown]>([
  ['an address, where there is one', { remoteAddress: '::ffff:192.0.2.1', server: server(true, tcp) }, '192.0.2.1'],
  ['an address, whatever the server listens on', { remoteAddress: '::1', server: server(true, '/run/a') }, '::1'],
  ['a unix socket, where the server listens on one', { server: server(true, '/run/a') }, unixSocket],
  ['a unix socket, where the server was handed one', { server: server(true, null) }, unixSocket],
  ['unknown, of a broken TCP connection', { server: server(true, tcp) }, undefined],
  ['unknown, of a server that is closed', { server: server(false, null) }, undefined],
  ['unknown, of one that has listened on a unix socket before', { server: server(false, '/run/a') }, undefined],
  ['unknown, where nobody has accepted it', {}, undefined],
  ['unknown, where "server" is something else', { server: true }, undefined],
  ['unknown, where "server" is like something else', { server: { listening: true } }, undefined],
])('the peer is %s', (...[, socket, peer]) => {
  expect(peerOf(socket as Socket)).toBe(peer);
});
