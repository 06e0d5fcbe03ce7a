import { logs } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterEach, expect, test, vi } from 'vitest';

import { audit, AuditError, type AuditEntry } from './audit.ts';
import { offerDurableWrites, type WriteDurably } from './durable-writes.ts';
import { harmlessLoggerProvider } from './pipeline/harmless-logger-provider.ts';
import { createLogsSdk, type LogsSdk } from './pipeline/logs.test-sdk.ts';
import { wholeRecords } from './pipeline/withheld-records.ts';
import { RedactionProcessor } from './redaction/redaction-processor.ts';
import type { ValueRedaction } from './redaction/value-redaction.ts';

const entry = { action: 'CREATE', resource: 'users', target: 1 };

function fails(): never {
  throw new Error('too deep');
}

afterEach(() => {
  logs.disable();
  offerDurableWrites(undefined as unknown as WriteDurably);
  vi.unstubAllEnvs();
});

test('does nothing without the preload', async () => {
  await expect(audit.record(entry)).resolves.toBeUndefined();
});

test('rejects without the preload where it must not do nothing', async () => {
  vi.stubEnv('SENTRIKAT_AUDIT_FAIL_CLOSED', ' True');
  await expect(audit.record(entry)).rejects.toThrow(
    new AuditError('AUDIT_NOT_RUNNING', 'CREATE users:1 cannot be recorded, as the preload does not run here'),
  );
});

test.each<[string, unknown]>([
  ['"action" of an entry must say something, and is undefined', { resource: 'users' }],
  ['"action" of an entry must say something, and is ""', { action: '', resource: 'users' }],
  ['"resource" of an entry must say something, and is 5', { action: 'CREATE', resource: 5 }],
  ['"action" of an entry must say something, and is undefined', undefined],
  ['"event" of an entry must be the name of an event, and is 7', { ...entry, event: 7 }],
  ['"action" of an entry must say something, and is 10n', { ...entry, action: 10n }],
  ['"target" of an entry must be an id, and is an object of ["id"]', { ...entry, target: { id: 7 } }],
])('rejects an entry that is none: %s', async (says, broken) => {
  await expect(audit.record(broken as AuditEntry)).rejects.toMatchObject({
    code: 'AUDIT_ENTRY_INVALID',
    message: `AUDIT_ENTRY_INVALID: ${says}`,
  });
});

test('rejects with the reason where the line is not on the platter', async () => {
  const cause = new Error('ENOSPC: no space left on device');
  offerDurableWrites(() => Promise.reject(cause));
  await expect(audit.record(entry)).rejects.toMatchObject({
    name: 'AuditError',
    code: 'AUDIT_NOT_RECORDED',
    message: 'AUDIT_NOT_RECORDED: CREATE users:1 is not in the audit trail (ENOSPC: no space left on device)',
    cause,
  });
});

test('rejects an entry that cannot be read, with what it has thrown', async () => {
  const cause = new Error('session closed');
  const unreadable = Object.defineProperty({ ...entry }, 'actor', {
    get() {
      throw cause;
    },
  });
  await expect(audit.record(unreadable)).rejects.toMatchObject({
    name: 'AuditError',
    message: 'AUDIT_ENTRY_INVALID: the entry cannot be read (session closed)',
    cause,
  });
});

function sdk(processors: readonly LogRecordProcessor[]): LogsSdk['records'] {
  logs.disable();
  const { provider, records } = createLogsSdk(processors);
  logs.setGlobalLoggerProvider(harmlessLoggerProvider(provider));
  offerDurableWrites(wholeRecords(async (emit) => emit()));
  return records;
}

test('resolves where the line says what was done', async () => {
  sdk([new RedactionProcessor()]);
  await expect(audit.record(entry)).resolves.toBeUndefined();
});

test.each([
  ['{"__proto__":{"x":1},"k":1}', '{"__proto__":{"x":2},"k":1}', '{"[__proto__]":{"x":1}}', '{"[__proto__]":{"x":2}}'],
  ['{"a":[]}', '{"a":[{"__proto__":1}]}', '{"a":[]}', '{"a":[{"[__proto__]":1}]}'],
])(
  'a change under the name of the prototype is shown like any other: from %s to %s',
  async (before, after, ...shown) => {
    const records = sdk([new RedactionProcessor()]);
    await audit.record({ ...entry, oldValue: JSON.parse(before), newValue: JSON.parse(after) });
    const { 'sentrikat.old_value': oldValue, 'sentrikat.new_value': newValue } = records()[0]!.attributes;
    expect([oldValue, newValue].map((value) => JSON.stringify(value))).toEqual(shown);
  },
);

test('values that are too long leave room for what is said about them', async () => {
  const records = sdk([new RedactionProcessor()]);
  const [oldValue, newValue] = ['a', 'b'].map((letter) => ({ html: letter.repeat(1e5), text: letter.repeat(1e5) }));
  await audit.record({ ...entry, oldValue, newValue, outcome: 'failure', actor: { id: 'backup', type: 'system' } });
  expect(records()[0]?.attributes).toMatchObject({
    'event.outcome': 'failure',
    'sentrikat.actor.type': 'system',
    'user.id': 'backup',
    'sentrikat.resource': 'users:1',
    'sentrikat.new_value': { text: expect.stringMatching(/\[cut, 100000 characters\]$/) },
  });
});

test('rejects an entry of which the line says nothing, as it is not ours', async () => {
  logs.setGlobalLoggerProvider(createLogsSdk().provider);
  offerDurableWrites(async (emit) => emit());
  await expect(audit.record(entry)).rejects.toMatchObject({ code: 'AUDIT_NOT_RECORDED' });
});

test('rejects an entry in whose place there is another line, though its own was put together', async () => {
  const redaction = { begin: () => {}, text: (text: string) => text, members: fails, list: fails };
  sdk([new RedactionProcessor(redaction as unknown as ValueRedaction)]);
  await expect(audit.record(entry)).rejects.toMatchObject({ code: 'AUDIT_NOT_RECORDED' });
  sdk([new RedactionProcessor(), { ...new RedactionProcessor(), onEmit: fails } as unknown as LogRecordProcessor]);
  await expect(audit.record(entry)).rejects.toMatchObject({ code: 'AUDIT_NOT_RECORDED' });
});
