/**
 * Takes the values out of database spans before they leave the process: what `@opentelemetry/instrumentation-pg` puts on
 * them is the statement as it was sent, PostgreSQL's own words about an error, which quote data, and a name made of all
 * that stands before the statement's first space, which in `SELECT'secret'` or tab-indented SQL is more than the verb.
 *
 * Works while the span ends, when it can still be written; every span processor's `onEnd` sees the result. The error
 * stays an error, its SQLSTATE stays in the exception event. Unsampled spans are not exported and left as they are.
 *
 * Limits: parameter values (`enhancedDatabaseReporting`, off by default) are left to who turned them on. `onEnding` is
 * experimental in the SDK; the test beside this file sees when it is gone.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/db/database-spans/#sanitization-of-dbquerytext
 */
import { diag, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_DB_NAMESPACE, ATTR_DB_QUERY_TEXT } from '@opentelemetry/semantic-conventions';

import { pgScope } from './pg-scope.ts';
import { sanitiseSql } from './sanitise-sql.ts';
import { sqlOperation } from './sql-operation.ts';

export class SanitiseExportedSpanProcessor implements SpanProcessor {
  onStart(): void {}

  /** Never throws: it would throw out of the application's `query`. */
  onEnding(span: Span): void {
    if (span.instrumentationScope.name !== pgScope || !isSampled(span)) return;
    try {
      sanitiseStatus(span);
      sanitiseQuery(span);
    } catch (error) {
      diag.error('the values in a database span could not be replaced', error);
    }
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

function isSampled(span: Span): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

function sanitiseStatus(span: Span): void {
  if (span.status.message !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
}

function sanitiseQuery(span: Span): void {
  const text = span.attributes[ATTR_DB_QUERY_TEXT];
  const sql = sanitiseSql(typeof text === 'string' ? text : span.name.slice(namePrefix.length));
  if (text !== undefined) span.setAttribute(ATTR_DB_QUERY_TEXT, sql);
  if (isNamedAfterText(span)) span.updateName(nameOf(sql, span.attributes[ATTR_DB_NAMESPACE]));
}

/** A prepared statement's span is named after the name that the application gave it. */
function isNamedAfterText(span: Span): boolean {
  return span.name.startsWith(namePrefix) && !span.attributes[preparedName];
}

const namePrefix = 'pg.query:';
const preparedName = 'db.postgresql.plan';

/** As the instrumentation would have it, but of one word always. */
function nameOf(sanitisedSql: string, database: unknown): string {
  const operation = sqlOperation(sanitisedSql) ?? '?';
  return typeof database === 'string' ? `${namePrefix}${operation} ${database}` : `${namePrefix}${operation}`;
}
