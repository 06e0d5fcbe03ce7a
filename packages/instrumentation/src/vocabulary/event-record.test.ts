import { SeverityNumber } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { nobody, somebody } from '../request-origin.test-setup.ts';
import { eventRecord, type EventFields } from './event-record.ts';
import { eventRow, type EventConcern } from './events.ts';

function bodyOf(concern: EventConcern, name: string, fields: EventFields, origin = nobody): string {
  return eventRecord(concern, eventRow(concern, name)!, fields, origin).body;
}

test.each<[EventConcern, string, EventFields, string]>([
  ['security', 'authz.denied', {}, '[authz.denied] user:7 ip:192.0.2.1'],
  [
    'security',
    'authn.login.failure',
    { user: 'bob', reason: 'bad_password', details: '3 of 5' },
    '[authn.login.failure] user:bob ip:192.0.2.1 reason:bad_password - 3 of 5',
  ],
  [
    'security',
    'authz.denied',
    { user: 'a ip:::1', target: 'x y' },
    '[authz.denied] user:a\\x20ip:::1 ip:192.0.2.1 target:x\\x20y',
  ],
  ['ldap', 'user.provisioned', { target: 5 }, '[user.provisioned] SUCCESS user:7 target:5'],
  [
    'ldap',
    'directory.sync.failed',
    { reason: 'server_down' },
    '[directory.sync.failed] FAILED user:7 reason:server_down',
  ],
])('%s: %s with %j reads as %j', (concern, name, fields, body) => {
  expect(bodyOf(concern, name, fields, somebody)).toBe(body);
});

test('says so where nobody in particular is behind it', () => {
  expect(bodyOf('security', 'authz.denied', {})).toBe('[authz.denied] user:anonymous ip:-');
  expect(bodyOf('ldap', 'directory.sync.started', {})).toBe('[directory.sync.started] SUCCESS user:system');
  expect(bodyOf('security', 'authn.login.failure', { user: 'anonymous', reason: 'x' })).toContain(
    'user:\\x61nonymous ',
  );
});

test('carries what can be searched for', () => {
  const fields = { user: 'bob', reason: 'bad_password', details: '3 of 5', address: '2001:db8::1', target: 0 };
  const record = eventRecord('security', eventRow('security', 'authn.login.failure')!, fields, somebody);
  expect(record).toMatchObject({
    eventName: 'authn.login.failure',
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    attributes: {
      'user.id': 'bob',
      'client.address': '2001:db8::1',
      'user_agent.original': 'curl/8',
      'http.request.id': 'abc',
      'sentrikat.session.hash': 'd1ce',
      'event.outcome': 'failure',
      'event.reason': 'bad_password',
      'sentrikat.target': '0',
      'sentrikat.details': '3 of 5',
    },
  });
});

test('what is no text becomes text, and null is nothing', () => {
  const fields = { user: null, address: null, target: null, reason: 401, details: new Error('refused') };
  const record = eventRecord(
    'security',
    eventRow('security', 'authz.denied')!,
    fields as unknown as EventFields,
    somebody,
  );
  expect(record.body).toBe('[authz.denied] user:7 ip:192.0.2.1 reason:401 - Error: refused');
  expect(record.attributes).toMatchObject({ 'event.reason': '401', 'sentrikat.details': 'Error: refused' });
});
