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
  return `UPDATE user:4711 seq=${threeDigits(sequence / 1_000_000)}${threeDigits(sequence / 1000)}${threeDigits(sequence)}`;
}

/**
 * Out of a table, since the engine keeps the text of every number that it has printed: that would be measured as memory of the
 * loggers, and three times as much as some of them need.
 */
function threeDigits(number: number): string {
  return digits[Math.trunc(number) % 1000]!;
}

const digits = Array.from({ length: 1000 }, (...[, number]) => String(number).padStart(3, '0'));

/** For text lines, which have no fields: as many bytes as the fields take in JSON. */
export function longMessage(sequence: number): string {
  return `${message(sequence)} user_id=${event.userId} ip_address=${event.address} action=${event.action} resource=${event.resource} old_value=${event.oldValue} new_value=${event.newValue}`;
}
