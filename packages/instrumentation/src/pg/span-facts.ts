/** What the records about queries and about waits read off a database span. */
import { SpanStatusCode, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  ATTR_DB_NAMESPACE,
  ATTR_DB_RESPONSE_STATUS_CODE,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';

import { roundedMillis } from '../ended-span.ts';

/** Where the database is, how long it took, how it failed. */
export function databaseAttributes(span: ReadableSpan): Attributes {
  const { attributes } = span;
  const error = errorCodeOf(span);
  return {
    [ATTR_DB_SYSTEM_NAME]: attributes[ATTR_DB_SYSTEM_NAME],
    [ATTR_DB_NAMESPACE]: attributes[ATTR_DB_NAMESPACE],
    [ATTR_SERVER_ADDRESS]: attributes[ATTR_SERVER_ADDRESS],
    [ATTR_SERVER_PORT]: attributes[ATTR_SERVER_PORT],
    [ATTR_ERROR_TYPE]: error,
    [ATTR_DB_RESPONSE_STATUS_CODE]: error !== undefined && /^[0-9A-Z]{5}$/.test(error) ? error : undefined,
    'sentrikat.duration_ms': roundedMillis(span),
  };
}

/**
 * SQLSTATE, or the code of a broken connection, or `_OTHER`. Out of the exception event, whose message the
 * instrumentation has made harmless; the span's status holds PostgreSQL's own words, which may quote data.
 */
export function errorCodeOf({ events, status }: ReadableSpan): string | undefined {
  const exception = events.find(({ name }) => name === 'exception');
  // What was thrown and is no Error, or limits that allow no events, leave the status alone to tell.
  if (exception === undefined) return status.code === SpanStatusCode.ERROR ? '_OTHER' : undefined;
  const code = /\(code: ([0-9A-Z_]{1,64})\)$/.exec(String(exception.attributes?.['exception.message']))?.[1];
  return code === undefined || code === 'UNKNOWN' ? '_OTHER' : code;
}
