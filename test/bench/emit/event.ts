/** The event that everybody logs: who changed what of whom. Each destination names the fields in its own way. */

export const event = {
  userId: 'u-10427',
  address: '203.0.113.74',
  action: 'UPDATE',
  resource: 'user:4711',
  oldValue: 'viewer',
  newValue: 'editor',
} as const;

export function message(sequence: number): string {
  return `UPDATE user:4711 seq=${sequence}`;
}

/** For text lines, which have no fields: as many bytes as the fields take in JSON. */
export function longMessage(sequence: number): string {
  return `${message(sequence)} user_id=${event.userId} ip_address=${event.address} action=${event.action} resource=${event.resource} old_value=${event.oldValue} new_value=${event.newValue}`;
}
