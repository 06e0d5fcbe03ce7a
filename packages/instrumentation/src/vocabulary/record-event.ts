/** What the APIs of the security and ldap concerns share: types out of the tables, and the way to the logger. */
import { diag, SeverityNumber } from '@opentelemetry/api';

import { ownLogger } from '../own-logger.ts';
import { callSite } from '../process/call-site.ts';
import { composed, type Shown } from '../redaction/composed-body.ts';
import { noteSecurityEvent, originOfRequest } from '../request-origin.ts';
import { eventBody, eventRecord, type EventFields } from './event-record.ts';
import { eventRow, type EventConcern, type EventNameOf, type FieldsRequiredBy } from './events.ts';

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
    if (concern === 'security') noteSecurityEvent();
    if (row !== undefined) {
      const origin = originOfRequest();
      const record = eventRecord(concern, row, entry, origin);
      const compose = (shown: Shown): string => eventBody(concern, row, entry, origin, shown);
      return logger.emit(composed({ ...record, attributes: { ...record.attributes, ...callSite(2) } }, compose));
    }
    // TypeScript refuses it; but something has happened, and must not be lost for its name.
    logger.emit({
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      body: `EVENT_UNKNOWN: ${JSON.stringify(entry)} is no event of ${concern}.log; docs/events.md lists them`,
    });
  } catch (error) {
    diag.error('an event could not be recorded', error);
  }
}
