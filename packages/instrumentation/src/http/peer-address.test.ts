import { isIP } from 'node:net';

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { peerAddress } from './peer-address.ts';

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
