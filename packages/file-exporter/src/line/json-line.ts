/**
 * The JSON format: one object a line, in the key order that readers of the original files rely on
 * (`timestamp, level, logger, message`, then those of the compatibility keys that the record has), and only after these
 * what the original never had: identity, trace, scope, event name and the remaining attributes.
 */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { concernAttribute } from '../route.ts';
import { levelOf } from '../severity.ts';
import { createLineBudget, jsonString, jsonText, type LineBudget } from './json-text.ts';
import { exceptionOf, messageOf } from './message.ts';
import { createJsonTimestamp, timeOf } from './timestamp.ts';

/** Compatibility keys in their order, and the attribute that each is read from. */
const compatibilityKeys = [
  ['user_id', 'user.id'],
  ['ip_address', 'client.address'],
  ['action', 'sentrikat.action'],
  ['resource', 'sentrikat.resource'],
  ['duration_ms', 'sentrikat.duration_ms'],
  ['endpoint', 'sentrikat.endpoint'],
  ['old_value', 'sentrikat.old_value'],
  ['new_value', 'sentrikat.new_value'],
] as const;

/** A loop over objects of one shape is quicker than one over pairs. */
const compatibilityMembers = compatibilityKeys.map(([key, attribute]) => ({ start: `, "${key}": `, attribute }));

const uidAttribute = 'log.record.uid';

/** Attributes that have a key of their own in the line and are not repeated under `attributes`. */
const consumed: ReadonlySet<string> = new Set([
  ...compatibilityKeys.map(([, attribute]) => attribute),
  concernAttribute,
  uidAttribute,
  'exception.type',
  'exception.message',
  'exception.stacktrace',
]);

/** Builds the JSON formatter; `logger` is the concern, as the original named its loggers. */
export function createJsonLine(): (record: ReadableLogRecord, logger: string) => string {
  const timestamp = createJsonTimestamp();
  return (record, logger) => {
    const budget = createLineBudget();
    const { attributes } = record;
    let line = `{"timestamp": "${timestamp(timeOf(record))}", "level": "${levelOf(record.severityNumber, record.severityText)}"`;
    line += `, "logger": ${jsonString(logger, budget)}, "message": ${jsonString(messageOf(record), budget)}`;
    const exception = exceptionOf(attributes);
    if (exception !== undefined) line += `, "exception": ${jsonString(exception, budget)}`;
    for (const { start, attribute } of compatibilityMembers) {
      const value = attributes[attribute];
      if (value !== undefined) line += start + jsonText(value, budget);
    }
    return `${line}${ownKeys(record, budget)}}\n`;
  };
}

function ownKeys(
  { attributes, eventName, instrumentationScope, spanContext }: ReadableLogRecord,
  budget: LineBudget,
): string {
  let text = '';
  const uid = attributes[uidAttribute];
  if (uid !== undefined) text += `, "id": ${jsonText(uid, budget)}`;
  if (spanContext !== undefined) {
    text += `, "trace_id": ${jsonString(spanContext.traceId, budget)}, "span_id": ${jsonString(spanContext.spanId, budget)}`;
  }
  text += `, "scope": ${jsonString(instrumentationScope.name, budget)}`;
  if (eventName !== undefined) text += `, "event": ${jsonString(eventName, budget)}`;
  let rest: Record<string, unknown> | undefined;
  for (const key of Object.keys(attributes)) {
    if (consumed.has(key)) continue;
    rest ??= Object.create(null) as Record<string, unknown>;
    rest[key] = attributes[key];
  }
  return rest === undefined ? text : `${text}, "attributes": ${jsonText(rest, budget)}`;
}
