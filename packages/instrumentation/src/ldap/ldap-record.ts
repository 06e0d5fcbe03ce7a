/** `[SEARCH] SUCCESS user:7 - ou=people,dc=example,dc=org (uid=?) 1 entries 3.21ms`: one line of ldap.log for each operation. */
import { SeverityNumber } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';

import type { DerivedRecord } from '../derived-record.ts';
import { formatField } from '../http/access-line.ts';
import { contextOf, roundedMillis } from '../ended-span.ts';
import { asItIs, type Shown } from '../redaction/composed-body.ts';

/** What a line tells of an operation, in this order, where the span has it. */
const details: readonly (readonly [attribute: string, show: (value: string) => string])[] = [
  ['ldap.bind.method', (method) => method],
  ['ldap.bind.sasl_mechanism', (mechanism) => mechanism],
  ['ldap.dn', (name) => name],
  ['ldap.new_dn', (name) => `to ${name}`],
  ['ldap.search.base', (name) => name],
  ['ldap.search.scope', (scope) => scope],
  ['ldap.search.filter', (filter) => filter],
  ['ldap.extended.oid', (oid) => oid],
  ['ldap.search.entries', (entries) => `entries:${entries}`],
  ['ldap.result_name', (name) => (name === 'success' ? '' : `result:${name}`)],
];

/** `user` is whom the request is served for, in which the operation was. */
export function ldapRecord(span: ReadableSpan, user: string | undefined): DerivedRecord {
  const { attributes } = span;
  const error = attributes[ATTR_ERROR_TYPE];
  const compose = (shown: Shown): string => ldapBody(span, user, shown);
  return {
    concern: 'ldap',
    severityNumber: error === undefined ? SeverityNumber.INFO : SeverityNumber.ERROR,
    eventName: 'ldap.operation',
    get body() {
      return compose(asItIs);
    },
    compose,
    attributes: { ...attributes, 'sentrikat.duration_ms': roundedMillis(span), 'user.id': user },
    timestamp: span.endTime,
    context: contextOf(span),
  };
}

/** Results that are neither success nor failure: a bind goes on with its next step. */
const unfinished: ReadonlyMap<unknown, string> = new Map([['saslBindInProgress', 'PENDING']]);

function ldapBody(span: ReadableSpan, user: string | undefined, shown: Shown): string {
  const { attributes } = span;
  const error = attributes[ATTR_ERROR_TYPE];
  const told = details.flatMap(([attribute, show]) => {
    const value = attributes[attribute];
    return value === undefined ? [] : show(shown(String(value)));
  });
  const failure =
    error === undefined || error === attributes['ldap.result_name'] ? '' : `error:${formatField(shown(String(error)))}`;
  const facts = [...told, failure, `${roundedMillis(span).toFixed(2)}ms`].filter((fact) => fact !== '');
  const operation = String(attributes['ldap.operation'] ?? span.name).toUpperCase();
  const outcome = error === undefined ? (unfinished.get(attributes['ldap.result_name']) ?? 'SUCCESS') : 'FAILED';
  return `[${operation}] ${outcome} user:${formatField(user && shown(user), undefined, 'system')} - ${facts.join(' ')}`;
}
