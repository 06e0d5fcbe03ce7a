/** `SLOW POOL WAIT: 254.00ms for a connection to shop`: the time until the pool gave one out, or opened one. */
import { SeverityNumber } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_DB_NAMESPACE } from '@opentelemetry/semantic-conventions';

import type { DerivedRecord } from '../derived-record.ts';
import { contextOf, roundedMillis } from '../ended-span.ts';
import { databaseAttributes, errorCodeOf } from './span-facts.ts';

export function slowPoolWaitRecord(span: ReadableSpan): DerivedRecord | undefined {
  if (span.name !== 'pg-pool.connect') return undefined;
  const database = String(span.attributes[ATTR_DB_NAMESPACE] || 'the database');
  const error = errorCodeOf(span);
  return {
    concern: 'performance',
    severityNumber: SeverityNumber.INFO,
    eventName: 'performance.pool_wait.slow',
    body: `SLOW POOL WAIT: ${roundedMillis(span).toFixed(2)}ms ${error === undefined ? '' : `failed:${error} `}for a connection to ${database}`,
    attributes: databaseAttributes(span),
    timestamp: span.endTime,
    context: contextOf(span),
  };
}
