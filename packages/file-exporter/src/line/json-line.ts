/**
 * The JSON format: one object a line, in the key order that readers of the original files rely on
 * (`timestamp, level, logger, message`, then those of the compatibility keys that the record has), and only after these
 * what the original never had: identity, trace, scope, event name and the remaining attributes.
 */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { attributeListOf, type AttributeList } from '../attribute-list.ts';
import { concernAttribute } from '../route.ts';
import { levelOf, levels, type Level } from '../severity.ts';
import { createJsonOutput, jsonText, writeJson, writeMembers, writeString, type JsonOutput } from './json-value.ts';
import { linePart, LineBytes, type LinePart } from './line-bytes.ts';
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

const compatibilityStarts = compatibilityKeys.map(([key]) => memberStart(key));

const endOfLine = linePart('}\n');
const starts = {
  exception: memberStart('exception'),
  id: memberStart('id'),
  traceId: memberStart('trace_id'),
  spanId: memberStart('span_id'),
  scope: memberStart('scope'),
  event: memberStart('event'),
  attributes: memberStart('attributes'),
};

function memberStart(key: string): LinePart {
  return linePart(`, "${key}": `);
}

/** Attributes that have a key of their own in the line and are not repeated under `attributes`. */
const ownAttributes = [
  ...compatibilityKeys.map(([, attribute]) => attribute),
  'log.record.uid',
  'exception.stacktrace',
  'exception.type',
  'exception.message',
  concernAttribute,
];
const slotsByAttribute: ReadonlyMap<string, number> = new Map(
  ownAttributes.map((attribute, slot) => [attribute, slot]),
);
/** Of those behind the compatibility keys. */
const slots = {
  uid: slotOf('log.record.uid'),
  stack: slotOf('exception.stacktrace'),
  type: slotOf('exception.type'),
  exceptionMessage: slotOf('exception.message'),
};

function slotOf(attribute: string): number {
  return slotsByAttribute.get(attribute)!;
}

const nothingOwn = ownAttributes.map(() => undefined);

interface Sorted {
  /** Of `ownAttributes`, each in its place; undefined where the record does not have it. */
  readonly own: readonly unknown[];
  readonly rest: AttributeList | undefined;
}

type Origins = Readonly<Record<Level, LinePart>>;

/** What stands between the time and the message, for each level. */
function originsOf(logger: string): Origins {
  const name = jsonText(logger);
  return Object.fromEntries(
    levels.map((level) => [level, linePart(`", "level": "${level}", "logger": ${name}, "message": `)]),
  ) as Origins;
}

/** Builds the JSON formatter; `logger` is the concern, as the original named its loggers. Its lines are valid until the next. */
export function createJsonLine(): (record: ReadableLogRecord, logger: string) => LineBytes {
  const writeTimestamp = createJsonTimestamp('{"timestamp": "');
  const originsByLogger = new Map<string, Origins>();
  let idle: LineBytes | undefined;
  return (record, logger) => {
    // What a value's getter logs becomes a line in the middle of this one.
    const bytes = idle ?? new LineBytes();
    idle = undefined;
    try {
      bytes.clear();
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
  const { eventName, instrumentationScope, spanContext } = record;
  const { own, rest } = sorted(attributeListOf(record));
  writeString(output, messageOf(record));
  const exception = exceptionOf(own[slots.stack], own[slots.type], own[slots.exceptionMessage]);
  if (exception !== undefined) {
    bytes.part(starts.exception);
    writeString(output, exception);
  }
  for (let slot = 0; slot < compatibilityStarts.length; slot++)
    writeMember(output, compatibilityStarts[slot]!, own[slot]);
  writeMember(output, starts.id, own[slots.uid]);
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
  if (rest === undefined) return;
  bytes.part(starts.attributes);
  writeMembers(output, rest);
}

function writeMember(output: JsonOutput, start: LinePart, value: unknown): void {
  if (value === undefined) return;
  output.bytes.part(start);
  writeJson(output, value);
}

/** Goes through the attributes once: a line has more keys of its own than most records have attributes. */
function sorted({ keys, values }: AttributeList): Sorted {
  const own: unknown[] = nothingOwn.slice();
  let rest: { keys: string[]; values: unknown[] } | undefined;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const slot = slotsByAttribute.get(key);
    if (slot !== undefined) {
      own[slot] = values[index];
      continue;
    }
    rest ??= { keys: [], values: [] };
    rest.keys.push(key);
    rest.values.push(values[index]);
  }
  return { own, rest };
}
