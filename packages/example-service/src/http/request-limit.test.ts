import { expect, test } from 'vitest';

import { RequestLimit } from './request-limit.ts';

test('an address may ask so often in a minute, and again in the next', () => {
  const limit = new RequestLimit(2);
  const admitted = [0, 1, 2, 59_999, 60_000, 60_001, 60_002].map((now) => limit.admits('192.0.2.1', now));
  expect(admitted).toEqual([true, true, false, false, true, true, false]);
});

test('an address is not kept from asking by another', () => {
  const limit = new RequestLimit(1);
  expect(['192.0.2.1', '192.0.2.2', '192.0.2.1'].map((address) => limit.admits(address, 0))).toEqual([
    true,
    true,
    false,
  ]);
});
