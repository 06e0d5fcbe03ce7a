/** Log records for tests. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { loggingRecord } from './logging-record.ts';

/** A record at 2026-01-01T00:00:00Z, INFO, saying `hello`, unless told otherwise. */
export function testRecord(parts: Partial<ReadableLogRecord> = {}): ReadableLogRecord {
  const { eventName: _, ...record } = loggingRecord('', 'hello', Date.UTC(2026, 0, 1));
  return { ...record, severityNumber: 9, severityText: 'INFO', instrumentationScope: { name: 'test' }, ...parts };
}
