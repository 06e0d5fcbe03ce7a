/** The event as one JSON object, for what writes lines and does not make them. */
import { event, message } from '../emit/event.ts';

export function jsonLine(sequence: number, time: Date): string {
  return JSON.stringify({
    timestamp: time.toISOString(),
    level: 'info',
    message: message(sequence),
    user_id: event.userId,
    ip_address: event.address,
    action: event.action,
    resource: event.resource,
    old_value: event.oldValue,
    new_value: event.newValue,
  });
}
