/** From an event that an API was told of to its record, pure. */
import { SeverityNumber, type Attributes, type LogRecord } from '@opentelemetry/api';
import { ATTR_CLIENT_ADDRESS } from '@opentelemetry/semantic-conventions';

import { formatField } from '../http/access-line.ts';
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
  const { reason, details } = fields;
  const user = text(fields.user) ?? origin.userId;
  const target = text(fields.target);
  const address = fields.address ?? origin.clientAddress;
  const severityNumber = severityOf(row);
  const head =
    concern === 'ldap'
      ? `${row.level === 'INFO' ? 'SUCCESS' : 'FAILED'} user:${formatField(user, undefined, 'system')}`
      : `user:${formatField(user, undefined, 'anonymous')} ip:${formatField(address)}`;
  const about = [
    target === undefined ? '' : ` target:${formatField(target)}`,
    reason === undefined ? '' : ` reason:${formatField(reason)}`,
    // Last, as they may hold anything.
    details === undefined ? '' : ` - ${details}`,
  ];
  return {
    eventName: row.name,
    severityNumber,
    severityText: SeverityNumber[severityNumber],
    body: `[${row.name}] ${head}${about.join('')}`,
    attributes: {
      [userIdAttribute]: user,
      [ATTR_CLIENT_ADDRESS]: address,
      ...originAttributes(origin),
      'event.outcome': outcomeOf(row),
      'event.reason': reason,
      'sentrikat.target': target,
      'sentrikat.details': details,
    },
  };
}

function text(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

export function severityOf({ level }: EventRow): SeverityNumber {
  return severities[level];
}

export function outcomeOf({ ecs }: EventRow): string | undefined {
  return /, (success|failure)$/.exec(ecs)?.[1];
}
