import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { readSigningKey } from './signing-key.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'signing-key-'));
  writePrivateKey('ed25519.pem', generateKeyPairSync('ed25519').privateKey);
  writePrivateKey('rsa.pem', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  writeFileSync(join(directory, 'words.pem'), 'no key');
});

afterAll(() => rmSync(directory, { recursive: true }));

function writePrivateKey(name: string, key: KeyObject): void {
  writeFileSync(join(directory, name), key.export({ type: 'pkcs8', format: 'pem' }));
}

test('reads an Ed25519 key, whose path may be relative to the application’s directory', () => {
  expect(readSigningKey('ed25519.pem', directory).signingKey?.asymmetricKeyType).toBe('ed25519');
  expect(readSigningKey(join(directory, 'ed25519.pem'), '/').signingKey?.type).toBe('private');
});

test('there is no key, and nothing to say, where none is wanted', () => {
  expect(readSigningKey(undefined, directory)).toEqual({});
});

test.each([
  ['rsa.pem', 'it is a key for rsa'],
  ['words.pem', 'DECODER'],
  ['missing.pem', 'ENOENT'],
])('says why %s is no use', (path, why) => {
  const { signingKey, notice } = readSigningKey(path, directory);
  expect(signingKey).toBeUndefined();
  expect(notice?.code).toBe('SIGNING_KEY_UNUSABLE');
  expect(notice?.what).toContain(why);
});
