/** What a SIEM has to know: `@sentrikat/instrumentation/security`. */
import { recordEvent, type EntryOf } from './vocabulary/record-event.ts';

export type { EventFields } from './vocabulary/event-record.ts';

/** An event of docs/events.md whose file is security.log, with what it needs. */
export type SecurityEntry = EntryOf<'security'>;

/**
 * Records an event. User, address, user agent and trace come from the request being handled, if one is. Events of level INFO are below
 * the floor of security.log by default, and are sent over OTLP all the same.
 *
 * Does nothing without the preload. Never throws: an event that is not in the vocabulary, or cannot be read, becomes a line that
 * says so.
 *
 * @example
 * security.record({ event: 'authn.login.failure', user: name, reason: 'bad_password', details: 'attempt 3 of 5' });
 */
export const security: { readonly record: (entry: SecurityEntry) => void } = {
  record: (entry) => recordEvent('security', entry),
};
