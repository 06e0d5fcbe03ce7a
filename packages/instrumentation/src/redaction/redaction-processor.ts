/** Takes the secrets out of every record, before anybody writes or sends it. */
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { attributeOf, putAttribute, type ListedRecord } from '@sentrikat/file-exporter';

import { noteWithheldRecord } from '../pipeline/withheld-records.ts';
import { textOf } from '../process/text-of.ts';
import { ComposedBody } from './composed-body.ts';
import { asJson } from './json.ts';
import { createValueRedaction } from './redact.ts';
import type { ValueRedaction } from './value-redaction.ts';

/** How many secrets were taken out of a record; absent where there were none. */
export const redactedValuesAttribute = 'sentrikat.redacted_values';

/** Comes before every processor that writes or sends. */
export class RedactionProcessor implements LogRecordProcessor {
  readonly #redaction: ValueRedaction;

  constructor(redaction: ValueRedaction = createValueRedaction({})) {
    this.#redaction = redaction;
  }

  /** Records are built for those who want them, and never to have something taken out. */
  enabled(): boolean {
    return false;
  }

  onEmit(record: ReadWriteLogRecord): void {
    try {
      redactRecord(record, this.#redaction);
    } catch {
      // Not even a call in the innermost of too many must let through what was not looked at.
      withhold(record);
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

function redactRecord(record: ReadWriteLogRecord, redaction: ValueRedaction): void {
  const { body, eventName, severityText } = record;
  if (ComposedBody.is(body)) {
    redaction.begin();
    record.body = body.compose((value) => redaction.text(String(value)));
  } else {
    // The SDK has copied the attributes, but not the body. Reading that runs the application's code, which may log as well.
    const ownBody = asData(body);
    redaction.begin();
    const redactedBody = redaction.value(ownBody, 0);
    if (redactedBody !== body) record.body = redactedBody;
  }
  if (eventName !== undefined) record.eventName = redaction.text(eventName);
  if (severityText !== undefined) record.severityText = redaction.text(severityText);
  redactAttributes(record, redaction);
  if (redaction.count > 0) {
    const before = Number(attributeOf(record, redactedValuesAttribute) ?? 0);
    putAttribute(record, redactedValuesAttribute, before + redaction.count);
  }
}

function redactAttributes(record: ReadWriteLogRecord & ListedRecord, redaction: ValueRedaction): void {
  const { attributeList } = record;
  if (attributeList !== undefined && redaction.list(attributeList)) return;
  const { attributes } = record;
  const redacted = redaction.members(attributes, 0);
  if (redacted !== attributes) replaceMembers(attributes, redacted);
}

/** A function or symbol is none: its text is what a person would recognise. */
function asData(body: unknown): unknown {
  if (typeof body === 'function' || typeof body === 'symbol') return textOf(body) ?? '[unreadable]';
  return typeof body === 'object' ? asJson(body) : body;
}

function withhold(record: ReadWriteLogRecord): void {
  noteWithheldRecord();
  replaceMembers(record.attributes, {});
  record.eventName = 'logging.unreadable';
  record.body = 'a record could not be searched for secrets, and is not shown';
}

function replaceMembers(object: Record<string, unknown>, members: Readonly<Record<string, unknown>>): void {
  for (const key of Object.keys(object)) if (!Object.hasOwn(members, key)) delete object[key];
  Object.assign(object, members);
}
