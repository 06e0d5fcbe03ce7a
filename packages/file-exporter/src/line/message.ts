/** What a record says, as one text: its body, else its event name. Objects become JSON. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { jsonText } from './json-value.ts';

export function messageOf(record: Pick<ReadableLogRecord, 'body' | 'eventName'>): string {
  const { body } = record;
  if (typeof body === 'string') return body;
  if (body === undefined || body === null) return record.eventName ?? '';
  return typeof body === 'object' ? jsonText(body) : String(body);
}

/** The exception's stack, else its type and message, else nothing. */
export function exceptionOf(stack: unknown, type: unknown, message: unknown): string | undefined {
  if (typeof stack === 'string') return stack;
  if (typeof type !== 'string' && typeof message !== 'string') return undefined;
  return [type, message].filter((part) => typeof part === 'string' && part !== '').join(': ');
}
