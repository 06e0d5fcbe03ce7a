/**
 * The JSON format: one object a line, in the key order that readers of the original files rely on
 * (`timestamp, level, logger, message`, then those of the compatibility keys that the record has), and only after these
 * what the original never had: identity, trace, scope, event name and the remaining attributes.
 */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { concernAttribute } from '../route.ts';
import { levelOf, levels, type Level } from '../severity.ts';
import { createJsonOutput, jsonText, writeJson, writeMembers, writeString, type JsonOutput } from './json-value.ts';
import { asciiBytes, LineBytes } from './line-bytes.ts';
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
const compatibilityMembers = compatibilityKeys.map(([key, attribute]) => ({ start: memberStart(key), attribute }));

const startOfLine = asciiBytes('{"timestamp": "');
const endOfLine = asciiBytes('}\n');
const starts = {
  exception: memberStart('exception'),
  id: memberStart('id'),
  traceId: memberStart('trace_id'),
  spanId: memberStart('span_id'),
  scope: memberStart('scope'),
  event: memberStart('event'),
  attributes: memberStart('attributes'),
};

function memberStart(key: string): Uint8Array {
  return asciiBytes(`, "${key}": `);
}

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

type Origins = Readonly<Record<Level, Uint8Array>>;

/** What stands between the time and the message, for each level. */
function originsOf(logger: string): Origins {
  const name = jsonText(logger);
  return Object.fromEntries(
    levels.map((level) => [level, asciiBytes(`", "level": "${level}", "logger": ${name}, "message": `)]),
  ) as Origins;
}

/** Builds the JSON formatter; `logger` is the concern, as the original named its loggers. Its lines are valid until the next. */
export function createJsonLine(): (record: ReadableLogRecord, logger: string) => LineBytes {
  const writeTimestamp = createJsonTimestamp();
  const originsByLogger = new Map<string, Origins>();
  let idle: LineBytes | undefined;
  return (record, logger) => {
    // What a value's getter logs becomes a line in the middle of this one.
    const bytes = idle ?? new LineBytes();
    idle = undefined;
    try {
      bytes.clear();
      bytes.part(startOfLine);
      writeTimestamp(bytes, timeOf(record));
      let origins = originsByLogger.get(logger);
      if (origins === undefined) originsByLogger.set(logger, (origins = originsOf(logger)));
      bytes.part(origins[levelOf(record.severityNumber, record.severityText)]);
      writeMembersOf(createJsonOutput(bytes), record);
      bytes.part(endOfLine);
      return bytes;
    } finally {
      idle = bytes;
    }
  };
}

function writeMembersOf(output: JsonOutput, record: ReadableLogRecord): void {
  const { bytes } = output;
  const { attributes } = record;
  writeString(output, messageOf(record));
  const exception = exceptionOf(attributes);
  if (exception !== undefined) {
    bytes.part(starts.exception);
    writeString(output, exception);
  }
  for (const { start, attribute } of compatibilityMembers) {
    const value = attributes[attribute];
    if (value === undefined) continue;
    bytes.part(start);
    writeJson(output, value);
  }
  writeOwnMembers(output, record);
}

function writeOwnMembers(output: JsonOutput, record: ReadableLogRecord): void {
  const { bytes } = output;
  const { attributes, eventName, instrumentationScope, spanContext } = record;
  const uid = attributes[uidAttribute];
  if (uid !== undefined) {
    bytes.part(starts.id);
    writeJson(output, uid);
  }
  if (spanContext !== undefined) {
    bytes.part(starts.traceId);
    writeString(output, spanContext.traceId);
    bytes.part(starts.spanId);
    writeString(output, spanContext.spanId);
  }
  bytes.part(starts.scope);
  writeString(output, instrumentationScope.name);
  if (eventName !== undefined) {
    bytes.part(starts.event);
    writeString(output, eventName);
  }
  let rest: string[] | undefined;
  for (const key of Object.keys(attributes)) if (!consumed.has(key)) (rest ??= []).push(key);
  if (rest === undefined) return;
  bytes.part(starts.attributes);
  writeMembers(output, attributes, rest);
}
