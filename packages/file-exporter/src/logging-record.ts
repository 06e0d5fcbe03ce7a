/** Records that the writer itself has to say, in the form of any other record. */
import { SeverityNumber } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { noteScopeName } from './trail/note-events.ts';

/** A WARNING about the logging itself. */
export function loggingRecord(eventName: string, body: string, epochMillis: number = Date.now()): ReadableLogRecord {
  const time: [number, number] = [Math.trunc(epochMillis / 1000), (epochMillis % 1000) * 1_000_000];
  return {
    hrTime: time,
    hrTimeObserved: time,
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    eventName,
    body,
    attributes: {},
    instrumentationScope: { name: noteScopeName },
    resource: emptyResource,
    droppedAttributesCount: 0,
  };
}

const emptyResource: ReadableLogRecord['resource'] = {
  attributes: {},
  merge: (other) => other ?? emptyResource,
  getRawAttributes: () => [],
};
