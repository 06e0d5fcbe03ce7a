import { logs } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterEach, expect, test, vi } from 'vitest';

import { audit, AuditError, type AuditEntry } from './audit.ts';
import { offerDurableWrites, type WriteDurably } from './durable-writes.ts';
import { harmlessLoggerProvider } from './pipeline/harmless-logger-provider.ts';
import { RedactionProcessor } from './redaction/redaction-processor.ts';

const entry = { action: 'CREATE', resource: 'users', target: 1 };

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

test('rejects an entry of which the line says nothing, though it is there', async () => {
  offerDurableWrites(async (emit) => emit());
  const sink = new SimpleLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() });
  const provider = new LoggerProvider({ processors: [new RedactionProcessor(), sink] });
  logs.setGlobalLoggerProvider(harmlessLoggerProvider(provider));
  await expect(audit.record({ ...entry, details: 'all of it' })).resolves.toBeUndefined();
  let reads = 0;
  const unreadable: AuditEntry = {
    ...entry,
    get details() {
      if (reads++ === 0) return 'all of it';
      throw new Error('not yours');
    },
  };
  await expect(audit.record(unreadable)).rejects.toMatchObject({
    code: 'AUDIT_NOT_RECORDED',
  });
});
