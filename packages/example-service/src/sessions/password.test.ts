import { expect, test } from 'vitest';

import { hashPassword, isPassword } from './password.ts';

test('a hash knows its password and no other', async () => {
  const hash = await hashPassword('correct horse battery staple');
  expect(await isPassword('correct horse battery staple', hash)).toBe(true);
  expect(await isPassword('correct horse battery stable', hash)).toBe(false);
});

test('two hashes of one password differ, and neither holds it', async () => {
  const [first, second] = await Promise.all([hashPassword('same password'), hashPassword('same password')]);
  expect(first).not.toBe(second);
  expect(first).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
});

test('a hash of another cost is still understood', async () => {
  // Test vector of RFC 7914, section 12: scrypt("password", "NaCl", N=1024, r=8, p=16), its first 32 bytes.
  const hash = Buffer.from('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162', 'hex');
  const stored = `scrypt$1024$8$16$${Buffer.from('NaCl').toString('base64url')}$${hash.toString('base64url')}`;
  expect(await isPassword('password', stored)).toBe(true);
});

test('who has no hash has no password, and is told so no sooner', async () => {
  const start = performance.now();
  expect(await isPassword('a password', undefined)).toBe(false);
  // Many times what it takes to compare nothing, and well below what the hash costs on a fast machine.
  expect(performance.now() - start).toBeGreaterThan(10);
});
