/**
 * What the audit trail says of its own life, where it is asked to: that a process begins and ends to write it, and that it could not be
 * written for a while. PCI DSS 4.0 wants that of audit logs (10.2.1.6), as lines of the trail like any other.
 */
import type { DerivedRecord } from '../derived-record.ts';
import { userIdAttribute } from '../user.ts';
import { outcomeOf, severityOf } from '../vocabulary/event-record.ts';
import { loggingEvent } from '../vocabulary/logging-events.ts';

/** In the words of audited actions. */
const actions = {
  'logging.started': 'START',
  'logging.stopped': 'STOP',
  'logging.degraded': 'DEGRADE',
  'logging.recovered': 'RECOVER',
} as const;

const resource = 'audit_log';

/** `details` are for people, and say why. */
export function trailLifeRecord(eventName: keyof typeof actions, details?: string): DerivedRecord {
  const row = loggingEvent(eventName);
  return {
    concern: 'audit',
    severityNumber: severityOf(row),
    eventName,
    body: `${actions[eventName]} ${resource}${details === undefined ? '' : ` - ${details}`}`,
    attributes: {
      [userIdAttribute]: 'system',
      'sentrikat.action': actions[eventName],
      'sentrikat.resource': resource,
      'sentrikat.actor.type': 'system',
      'event.outcome': outcomeOf(row),
      // By which the lines of one process are told from another's.
      'process.pid': process.pid,
    },
  };
}
