/** `SLOW QUERY: 312.45ms SELECT …`, and of one that failed `SLOW QUERY: 312.45ms failed:57014 SELECT …`. */
import { SeverityNumber } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_DB_OPERATION_NAME, ATTR_DB_QUERY_TEXT } from '@opentelemetry/semantic-conventions';

import type { DerivedRecord } from '../derived-record.ts';
import { sanitiseSql } from './sanitise-sql.ts';
import { contextOf, roundedMillis } from '../ended-span.ts';
import { databaseAttributes, errorCodeOf } from './span-facts.ts';
import { sqlOperation } from './sql-operation.ts';

export function slowQueryRecord(span: ReadableSpan): DerivedRecord | undefined {
  if (!span.name.startsWith('pg.query')) return undefined;
  const sql = sanitiseSql(String(span.attributes[ATTR_DB_QUERY_TEXT] ?? '')) || undefined;
  const error = errorCodeOf(span);
  return {
    concern: 'performance',
    severityNumber: SeverityNumber.INFO,
    eventName: 'performance.query.slow',
    body: `SLOW QUERY: ${roundedMillis(span).toFixed(2)}ms ${error === undefined ? '' : `failed:${error} `}${sql ?? '(no text)'}`,
    attributes: {
      ...databaseAttributes(span),
      [ATTR_DB_QUERY_TEXT]: sql,
      [ATTR_DB_OPERATION_NAME]: sql === undefined ? undefined : sqlOperation(sql),
    },
    timestamp: span.endTime,
    context: contextOf(span),
  };
}
