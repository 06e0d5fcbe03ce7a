import { expect, test } from 'vitest';

import { readEntry } from './read-entry.ts';

const entry = { action: 'UPDATE', resource: 'users' };

function thrower(): never {
  throw new Error('not yours');
}

const circular: Record<string, unknown> = {};
circular['self'] = circular;

test.each<[field: string, value: unknown, shown: string]>([
  ['action', 10n, '10n'],
  ['action', circular, 'an object of ["self"]'],
  ['action', () => 1, 'function'],
  ['resource', 10n, '10n'],
  ['resource', 'x'.repeat(0), '""'],
  ['target', { id: 7 }, 'an object of ["id"]'],
  ['target', Symbol('s'), 'symbol'],
  ['event', 7, '7'],
  ['event', {}, 'an object of []'],
  ['event', [], 'an object of []'],
  ['event', new Date(), 'an object of []'],
  ['event', 5n, '5n'],
  ['event', true, 'true'],
  ['event', Symbol('s'), 'symbol'],
  ['event', { toString: thrower }, 'an object of ["toString"]'],
  ['actor', 'alice', '"alice"'],
  ['actor', { name: 'alice', type: 'service' }, 'an object of ["name","type"]'],
  ['actor', { id: null, name: 'alice' }, 'an object of ["id","name"]'],
  ['actor', { id: '' }, 'an object of ["id"]'],
  ['actor', { id: {} }, 'an object of ["id"]'],
  ['actor', { id: 1, type: 7 }, 'an object of ["id","type"]'],
  ['actor', { id: 1, address: {} }, 'an object of ["id","address"]'],
  ['outcome', {}, 'an object of []'],
])('refuses what is none: case %#, %s', (field, value, shown) => {
  const read = readEntry({ ...entry, [field]: value });
  const fault = 'fault' in read ? read.fault : '';
  expect([fault.startsWith(`"${field}" of an entry must `), fault.endsWith(`, and is ${shown}`)]).toEqual([true, true]);
});

test.each<[string, unknown]>([
  ['a getter', Object.defineProperty({ ...entry }, 'details', { get: thrower })],
  ["an actor's getter", { ...entry, actor: Object.defineProperty({}, 'id', { get: thrower }) }],
  ["a field's trap", { ...entry, event: new Proxy({}, { ownKeys: thrower }) }],
])('refuses what cannot be read: %s', (_, given) => {
  expect(readEntry(given)).toEqual({ fault: 'the entry cannot be read (not yours)', cause: expect.any(Error) });
});

test('refuses what cannot be asked for anything', () => {
  expect(readEntry(new Proxy({}, { get: thrower }))).toMatchObject({ fault: 'the entry cannot be read (not yours)' });
});

test.each<[string, unknown, unknown]>([
  ['target', 0, '0'],
  ['target', 5n, '5'],
  ['target', { toString: () => '507f1f77bcf86cd799439011' }, '507f1f77bcf86cd799439011'],
  ['target', null, undefined],
  ['event', null, undefined],
  ['outcome', null, undefined],
  ['details', new Error('refused'), 'Error: refused'],
  ['actor', null, undefined],
  ['actor', { id: undefined, name: undefined }, {}],
  ['actor', { id: null, type: 'user', address: '::1' }, { type: 'user', address: '::1' }],
  ['actor', { id: 7, name: 'alice' }, { id: '7' }],
])('takes what is sound: case %#, %s', (field, given, read) => {
  expect(readEntry({ ...entry, [field]: given })).toEqual({ entry: { ...entry, [field]: read } });
});

test('reads each getter once', () => {
  let reads = 0;
  const counting = {
    resource: 'users',
    get action() {
      return `READ_${reads++}`;
    },
  };
  expect(readEntry(counting)).toMatchObject({ entry: { action: 'READ_0' } });
  expect(reads).toBe(1);
});
