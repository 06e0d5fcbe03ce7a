import { SeverityNumber } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { nobody, somebody } from '../request-origin.test-setup.ts';
import type { AuditEntry } from './audit-entry.ts';
import { auditBody, auditRecord } from './audit-record.ts';

function entry(more: Partial<AuditEntry> = {}): AuditEntry {
  return { action: 'UPDATE', resource: 'users', target: 5, ...more };
}

test.each<[Partial<AuditEntry>, string]>([
  [{}, 'UPDATE users:5'],
  [{ target: undefined }, 'UPDATE users'],
  [{ target: null as unknown as undefined }, 'UPDATE users'],
  [{ target: 'jane', details: 'by request of HR' }, 'UPDATE users:jane - by request of HR'],
])('%j reads as %j', (more, body) => {
  expect(auditRecord(entry(more), nobody).body).toBe(body);
});

test('is about whom the request is served for, unless it says who', () => {
  expect(auditRecord(entry(), somebody).attributes).toMatchObject({
    'user.id': '7',
    'client.address': '192.0.2.1',
    'user_agent.original': 'curl/8',
    'http.request.id': 'abc',
    'sentrikat.session.hash': 'd1ce',
  });
  const actor = { id: 'backup', type: 'service' } as const;
  expect(auditRecord(entry({ actor }), somebody).attributes).toMatchObject({
    'user.id': 'backup',
    'sentrikat.actor.type': 'service',
    'client.address': '192.0.2.1',
  });
  expect(auditRecord(entry({ actor: { ...actor, address: '::1' } }), somebody).attributes).toMatchObject({
    'client.address': '::1',
  });
});

test.each([null, {}, { id: undefined }, { id: null }])('an actor without an id, %j, is nobody else', (actor) => {
  const { attributes } = auditRecord(entry({ actor: actor as unknown as AuditEntry['actor'] }), somebody);
  expect(attributes).toMatchObject({ 'user.id': '7', 'sentrikat.actor.type': undefined });
});

test('shows what has changed, secrets among it, which the pipeline takes out', () => {
  const oldValue = { name: 'Jane', role: 'user', password: 'before' };
  const newValue = { name: 'Jane', role: 'admin', password: 'after' };
  expect(auditRecord(entry({ oldValue, newValue }), nobody).attributes).toMatchObject({
    'sentrikat.old_value': { role: 'user', password: 'before' },
    'sentrikat.new_value': { role: 'admin', password: 'after' },
  });
});

test('a failure is a warning', () => {
  const { severityNumber, attributes } = auditRecord(entry({ outcome: 'failure' }), nobody);
  expect([severityNumber, attributes['event.outcome']]).toEqual([SeverityNumber.WARN, 'failure']);
  expect(auditRecord(entry(), nobody)).toMatchObject({ severityNumber: SeverityNumber.INFO, severityText: 'INFO' });
});

test.each<[Partial<AuditEntry>, string, SeverityNumber]>([
  [{ action: 'CREATE' }, 'user.created', SeverityNumber.INFO],
  [{ action: 'BATCH_DELETE', resource: 'products' }, 'entity.bulk_deleted', SeverityNumber.WARN],
  [{ action: 'ACKNOWLEDGE_CVE', resource: 'cves' }, 'entity.updated', SeverityNumber.INFO],
  [{ action: 'GRANT', event: 'user.role.changed' }, 'user.role.changed', SeverityNumber.INFO],
])('%j is the event %s', (more, eventName, severityNumber) => {
  expect(auditRecord(entry(more), nobody)).toMatchObject({ eventName, severityNumber });
});

test.each([
  [null, 'CREATE users'],
  [new Error('password=hunter2'), 'CREATE users - Error: password=<shown>'],
  [5, 'CREATE users - 5'],
])('details that are no text become text before they are searched: %s', (details, body) => {
  const created = { action: 'CREATE', resource: 'users', details: details as unknown as string };
  expect(auditBody(created, (value) => value.replace('hunter2', '<shown>'))).toBe(body);
});
