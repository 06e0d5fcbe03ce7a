/** What the APIs of the security and ldap concerns share: types out of the tables, and the way to the logger. */
import { diag, SeverityNumber, type LogRecord } from '@opentelemetry/api';

import { ownLogger } from '../own-logger.ts';
import { callSite } from '../process/call-site.ts';
import { errorMessage } from '../process/error-chain.ts';
import { asItIs, composed, type Shown } from '../redaction/composed-body.ts';
import { asJson } from '../redaction/json.ts';
import { noteSecurityEvent, originOfRequest } from '../request-origin.ts';
import { eventAttributes, eventBody, eventRecord, whoAndWhere, type EventFields } from './event-record.ts';
import { eventRow, type EventConcern, type EventRow, type EventNameOf, type FieldsRequiredBy } from './events.ts';

/** One event of a concern by its name, with the fields that it needs. */
export type EntryOf<Concern extends EventConcern> = {
  [Name in EventNameOf<Concern>]: { readonly event: Name } & EventFields & {
      readonly [Field in FieldsRequiredBy<Concern, Name> & keyof EventFields]: NonNullable<EventFields[Field]>;
    };
}[EventNameOf<Concern>];

/** Never throws. */
export function recordEvent(concern: EventConcern, entry: { readonly event: string } & EventFields): void {
  try {
    const logger = ownLogger(concern);
    const row = eventRow(concern, entry.event);
    const record = row === undefined ? unknownEvent(concern, entry) : knownEvent(concern, row, entry);
    logger.emit({ ...record, attributes: { ...record.attributes, ...callSite(2) } });
    // What went well (somebody has logged in) does not say why the request was refused after all, nor does what nobody knows.
    const tellsWhy = row !== undefined && record.severityNumber >= SeverityNumber.WARN;
    if (concern === 'security' && tellsWhy) noteSecurityEvent();
  } catch (error) {
    recordUnreadable(concern, error);
  }
}

type EmittedEvent = LogRecord & { readonly severityNumber: SeverityNumber };

function knownEvent(concern: EventConcern, row: EventRow, fields: EventFields): EmittedEvent {
  const origin = originOfRequest();
  const compose = (shown: Shown): string => eventBody(concern, row, fields, origin, shown);
  return composed(eventRecord(concern, row, fields, origin), compose);
}

/** TypeScript refuses it; but something has happened, and must not be lost for its name. */
function unknownEvent(concern: EventConcern, fields: EventFields): EmittedEvent {
  const origin = originOfRequest();
  const entry = JSON.stringify(asJson(fields)) ?? typeof fields;
  const compose = (shown: Shown): string =>
    `EVENT_UNKNOWN: ${shown(entry)} is no event of ${concern}.log; docs/events.md lists them - ${whoAndWhere(fields, origin, shown)}`;
  const attributes = eventAttributes({ ecs: '' }, fields, origin);
  return composed({ ...warning, body: compose(asItIs), attributes }, compose);
}

/** What cannot be read is an event as well, of which the line says where it comes from. */
function recordUnreadable(concern: EventConcern, failure: unknown): void {
  try {
    const attributes = { ...eventAttributes({ ecs: '' }, {}, originOfRequest()), ...callSite(3) };
    const body = `a record could not be read: ${errorMessage(failure)}`;
    ownLogger(concern).emit({ ...warning, eventName: 'logging.unreadable', body, attributes });
  } catch (error) {
    diag.error('an event could not be recorded', error);
  }
}

const warning = { severityNumber: SeverityNumber.WARN, severityText: 'WARN' } as const;
