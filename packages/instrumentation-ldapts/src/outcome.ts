/**
 * What a span says about how its operation went: the server's result, or what kept it from answering.
 *
 * Never the text of an error: servers quote names and values in theirs, ldapts quotes filters, and both may belong to a person.
 */
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';

import type { SpanAttributes } from './attributes.ts';
import { resultNames, saslBindInProgress } from './result-codes.ts';

/** An answer, with the code that the server gave. */
export function resultOf(code: number): SpanAttributes {
  return { 'ldap.result_code': code, 'ldap.result_name': resultNames[code] ?? String(code) };
}

/**
 * An operation that was rejected, or threw. Results that the standard does not call errors, as a referral, have an `error.type` as
 * well: the application has got nothing, and nobody was authenticated.
 */
export function failureOf(error: unknown): SpanAttributes {
  const code = ownCode(error);
  if (typeof code !== 'number') return { [ATTR_ERROR_TYPE]: typeOf(error, code) };
  const result = resultOf(code);
  return code === saslBindInProgress ? result : { ...result, [ATTR_ERROR_TYPE]: result['ldap.result_name'] };
}

/** Of an error of ldapts a result code; Node's are words; a DOMException has a number too, but not of its own. */
function ownCode(error: unknown): unknown {
  return error instanceof Error && Object.hasOwn(error, 'code') ? (error as { code?: unknown }).code : undefined;
}

/** Errors that ldapts throws without a class or code of their own. */
const messages = [
  [/^Connection timeout$/, 'connection_timeout'],
  [/: Operation timed out$/, 'operation_timeout'],
  [/^(Connection closed before message response was received|Socket error)\./, 'connection_lost'],
] as const;

const word = /^\w{1,64}$/;

function typeOf(error: unknown, code: unknown): string {
  if (typeof code === 'string' && word.test(code)) return code;
  if (!(error instanceof Error)) return '_OTHER';
  const known = messages.find(([pattern]) => pattern.test(error.message))?.[1];
  return known ?? (word.test(error.name) ? error.name : '_OTHER');
}
