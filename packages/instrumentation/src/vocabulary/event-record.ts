/** From an event that an API was told of to its record, pure. */
import { SeverityNumber, type Attributes, type LogRecord } from '@opentelemetry/api';
import { ATTR_CLIENT_ADDRESS } from '@opentelemetry/semantic-conventions';

import { formatField } from '../http/access-line.ts';
import { asItIs, fieldText, type Shown } from '../redaction/composed-body.ts';
import { originAttributes, type RequestOrigin } from '../request-origin.ts';
import { userIdAttribute } from '../user.ts';
import type { EventConcern, EventRow } from './events.ts';

/** What may be said with any event. */
export interface EventFields {
  /** Whom it is about, as they call themselves: a user's id, or the name that somebody has tried. Default: the user of the request. */
  readonly user?: string | number | undefined;
  /** Which user or thing it was done to, by its id. */
  readonly target?: string | number | undefined;
  /** Why, as one word that does not vary: `bad_password`. */
  readonly reason?: string | undefined;
  /** More, for people. Default: nothing. */
  readonly details?: string | undefined;
  /** IP address. Default: that of the client whose request is being handled. */
  readonly address?: string | undefined;
}

const severities = { INFO: SeverityNumber.INFO, WARNING: SeverityNumber.WARN, ERROR: SeverityNumber.ERROR } as const;

export interface EventRecord extends LogRecord {
  readonly eventName: string;
  readonly severityNumber: SeverityNumber;
  readonly body: string;
  readonly attributes: Attributes;
}

export function eventRecord(
  concern: EventConcern,
  row: EventRow,
  fields: EventFields,
  origin: RequestOrigin,
): EventRecord {
  const severityNumber = severityOf(row);
  return {
    eventName: row.name,
    severityNumber,
    severityText: SeverityNumber[severityNumber],
    body: eventBody(concern, row, fields, origin),
    attributes: eventAttributes(row, fields, origin),
  };
}

export function eventAttributes(row: Pick<EventRow, 'ecs'>, fields: EventFields, origin: RequestOrigin): Attributes {
  return {
    [userIdAttribute]: userOf(fields, origin),
    [ATTR_CLIENT_ADDRESS]: addressOf(fields, origin),
    ...originAttributes(origin),
    'event.outcome': outcomeOf(row),
    'event.reason': fieldText(fields.reason),
    'sentrikat.target': fieldText(fields.target),
    'sentrikat.details': fieldText(fields.details),
  };
}

/** `[event] user:… ip:… target:… reason:… - details`; in ldap.log `[event] SUCCESS user:…`. */
export function eventBody(
  concern: EventConcern,
  row: EventRow,
  fields: EventFields,
  origin: RequestOrigin,
  shown: Shown = asItIs,
): string {
  const field = fieldOf(shown);
  const target = fieldText(fields.target);
  const [reason, details] = [fieldText(fields.reason), fieldText(fields.details)];
  const who =
    concern === 'ldap'
      ? `${row.level === 'INFO' ? 'SUCCESS' : 'FAILED'} user:${field(userOf(fields, origin), 'system')}`
      : whoAndWhere(fields, origin, shown);
  const about = [
    target === undefined ? '' : ` target:${field(target)}`,
    reason === undefined ? '' : ` reason:${field(reason)}`,
    // Last, as they may hold anything.
    details === undefined ? '' : ` - ${shown(details)}`,
  ];
  return `[${row.name}] ${who}${about.join('')}`;
}

/** `user:… ip:…`. */
export function whoAndWhere(fields: EventFields, origin: RequestOrigin, shown: Shown): string {
  const field = fieldOf(shown);
  return `user:${field(userOf(fields, origin), 'anonymous')} ip:${field(addressOf(fields, origin))}`;
}

function fieldOf(shown: Shown): (value: string | undefined, absent?: string) => string {
  return (value, absent) => formatField(value && shown(value), undefined, absent);
}

function userOf(fields: EventFields, origin: RequestOrigin): string | undefined {
  return fieldText(fields.user) ?? origin.userId;
}

function addressOf(fields: EventFields, origin: RequestOrigin): string | undefined {
  return fieldText(fields.address) ?? origin.clientAddress;
}

export function severityOf({ level }: EventRow): SeverityNumber {
  return severities[level];
}

export function outcomeOf({ ecs }: Pick<EventRow, 'ecs'>): string | undefined {
  return /, (success|failure)$/.exec(ecs)?.[1];
}
