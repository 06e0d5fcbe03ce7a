import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { expect, test } from 'vitest';

import { createLogsSdk } from './logs.test-sdk.ts';
import { RecordUidProcessor, uidAttribute } from './record-uid-processor.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('every record has an identity of its own', () => {
  const { provider, records } = createLogsSdk([new RecordUidProcessor()]);
  for (let index = 0; index < 100; index++) provider.getLogger('a').emit({ body: index });
  const uids = records().map(({ attributes }) => attributes[uidAttribute]);
  expect(new Set(uids).size).toBe(100);
  expect(uids).toEqual(Array(100).fill(expect.stringMatching(uuid)));
});

test.skipIf(!('randomUUIDv7' in process.getBuiltinModule('node:crypto')))('identities sort by time', async () => {
  const { provider, records } = createLogsSdk([new RecordUidProcessor()]);
  for (let index = 0; index < 5; index++) {
    provider.getLogger('a').emit({ body: index });
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  expect(records().toSorted((left, right) => (uid(left) < uid(right) ? -1 : 1))).toEqual(records());
});

function uid({ attributes }: { readonly attributes: Readonly<Record<string, unknown>> }): string {
  return String(attributes[uidAttribute]);
}

test('keeps the identity that a record already has', () => {
  const { provider, records } = createLogsSdk([new RecordUidProcessor()]);
  provider.getLogger('a').emit({ attributes: { [uidAttribute]: 'mine' } });
  expect(records()[0]?.attributes).toEqual({ [uidAttribute]: 'mine' });
});

test('the identity is whole where attributes are few and short', () => {
  const limits = { attributeCountLimit: 1, attributeValueLengthLimit: 4 };
  const { provider, records } = createLogsSdk([new RecordUidProcessor()], limits);
  provider.getLogger('a').emit({ attributes: { first: 'abcdefgh', second: 'b' } });
  expect(records()[0]?.attributes).toEqual({ first: 'abcd', [uidAttribute]: expect.stringMatching(uuid) });
});

test('is no reason to build records that nobody wants', () => {
  const provider = new LoggerProvider({ processors: [new RecordUidProcessor()] });
  expect(provider.getLogger('a').enabled()).toBe(false);
});
