import { context, ROOT_CONTEXT, SeverityNumber, SpanKind, type Attributes } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';

import type { DerivedRecord } from '../derived-record.ts';
import type { RequestMetadata } from '../user.ts';
import { LdapSpanProcessor } from './ldap-span-processor.ts';

function recordsOf(
  attributes: Attributes,
  { scope = '@sentrikat/instrumentation-ldapts', parent = ROOT_CONTEXT, meanwhile = () => {} } = {},
): DerivedRecord[] {
  const records: DerivedRecord[] = [];
  const processor = new LdapSpanProcessor((record) => records.push(record));
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer(scope);
  const span = tracer.startSpan('LDAP operation', { kind: SpanKind.CLIENT, attributes, startTime: [1e9, 0] }, parent);
  meanwhile();
  span.end([1e9, 3_214_000]);
  return records;
}

test.each<[Attributes, string]>([
  [
    {
      'ldap.operation': 'search',
      'ldap.search.base': 'ou=people,dc=x',
      'ldap.search.scope': 'sub',
      'ldap.search.filter': '(uid=?)',
      'ldap.search.entries': 1,
      'ldap.result_name': 'success',
    },
    '[SEARCH] SUCCESS user:system - ou=people,dc=x sub (uid=?) entries:1 3.21ms',
  ],
  [
    {
      'ldap.operation': 'bind',
      'ldap.bind.method': 'simple',
      'ldap.dn': 'uid=?,dc=x',
      'ldap.result_name': 'invalidCredentials',
      'error.type': 'invalidCredentials',
    },
    '[BIND] FAILED user:system - simple uid=?,dc=x result:invalidCredentials 3.21ms',
  ],
  [
    { 'ldap.operation': 'bind', 'ldap.bind.method': 'sasl', 'ldap.result_name': 'saslBindInProgress' },
    '[BIND] PENDING user:system - sasl result:saslBindInProgress 3.21ms',
  ],
  [
    { 'ldap.operation': 'search', 'error.type': 'ECONNREFUSED' },
    '[SEARCH] FAILED user:system - error:ECONNREFUSED 3.21ms',
  ],
  [
    { 'ldap.operation': 'modifyDN', 'ldap.dn': 'uid=?,dc=x', 'ldap.new_dn': 'uid=?,dc=y' },
    '[MODIFYDN] SUCCESS user:system - uid=?,dc=x to uid=?,dc=y 3.21ms',
  ],
])('%j is %s', (attributes, body) => {
  expect(recordsOf(attributes).map((record) => record.body)).toEqual([body]);
});

test('a failure is an ERROR, and all that is known is there to be searched for', () => {
  expect(recordsOf({ 'ldap.operation': 'bind', 'error.type': 'invalidCredentials' })).toMatchObject([
    {
      concern: 'ldap',
      severityNumber: SeverityNumber.ERROR,
      eventName: 'ldap.operation',
      attributes: { 'ldap.operation': 'bind', 'sentrikat.duration_ms': 3.21 },
    },
  ]);
});

test('tells whom the request is served for, also where that came out only meanwhile', () => {
  const metadata = { type: RPCType.HTTP } as RequestMetadata;
  const parent = setRPCMetadata(context.active(), metadata);
  const meanwhile = (): void => void (metadata.user = 'alice');
  expect(recordsOf({ 'ldap.operation': 'bind' }, { parent, meanwhile })[0]?.body).toContain(' user:alice - ');
});

test('spans of others are none of its business', () => {
  expect(recordsOf({ 'ldap.operation': 'bind' }, { scope: 'another' })).toEqual([]);
});
