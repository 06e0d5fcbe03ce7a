/** From an audit entry to its record, pure: what the line says, and under which names. */
import { SeverityNumber, type LogRecord } from '@opentelemetry/api';
import { ATTR_CLIENT_ADDRESS } from '@opentelemetry/semantic-conventions';

import { asItIs, fieldText, type Shown } from '../redaction/composed-body.ts';
import { asJson } from '../redaction/json.ts';
import { userIdAttribute } from '../user.ts';
import { originAttributes, type RequestOrigin } from '../request-origin.ts';
import { eventOfAction, eventRow } from '../vocabulary/events.ts';
import type { AuditEntry } from './audit-entry.ts';
import { changeBetween } from './change.ts';
import { copyable } from './copyable.ts';

export interface AuditRecord {
  readonly eventName: string;
  readonly severityNumber: SeverityNumber;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: NonNullable<LogRecord['attributes']>;
}

export function auditRecord(entry: AuditEntry, origin: RequestOrigin): AuditRecord {
  const { action, actor, outcome = 'success' } = entry;
  const actorId = fieldText(actor?.id);
  const resource = resourceOf(entry);
  const change = changeBetween(asJson(entry.oldValue), asJson(entry.newValue));
  const eventName = entry.event ?? eventOfAction(action, entry.resource);
  const isRemarkable = outcome === 'failure' || eventRow('audit', eventName)?.level === 'WARNING';
  const severityNumber = isRemarkable ? SeverityNumber.WARN : SeverityNumber.INFO;
  return {
    eventName,
    severityNumber,
    severityText: SeverityNumber[severityNumber],
    body: auditBody(entry),
    attributes: {
      // First what is short, as all share what of a record is looked at, and the values before and after may use it up.
      // Names of the Elastic Common Schema: https://www.elastic.co/docs/reference/ecs/ecs-event
      'event.outcome': outcome,
      'sentrikat.actor.type': actorId === undefined ? undefined : (actor?.type ?? 'user'),
      [userIdAttribute]: actorId ?? origin.userId,
      [ATTR_CLIENT_ADDRESS]: actor?.address ?? origin.clientAddress,
      ...originAttributes(origin),
      'sentrikat.action': action,
      'sentrikat.resource': resource,
      'sentrikat.old_value': copyable(change.oldValue),
      'sentrikat.new_value': copyable(change.newValue),
    },
  };
}

/** `UPDATE users:5 - details`. */
export function auditBody(entry: AuditEntry, shown: Shown = asItIs): string {
  const details = fieldText(entry.details);
  return `${entry.action} ${shown(resourceOf(entry))}${details === undefined ? '' : ` - ${shown(details)}`}`;
}

/** `users:5`, or `users` where none in particular is meant. */
export function resourceOf({ resource, target }: Pick<AuditEntry, 'resource' | 'target'>): string {
  const id = fieldText(target);
  return id === undefined ? resource : `${resource}:${id}`;
}
