/** What happens because of the directory: `@sentrikat/instrumentation/ldap`. */
import { recordEvent, type EntryOf } from './vocabulary/record-event.ts';

export type { EventFields } from './vocabulary/event-record.ts';

/** An event of docs/events.md whose file is ldap.log, with what it needs. */
export type LdapEntry = EntryOf<'ldap'>;

/**
 * Records an event in ldap.log. Does nothing without the preload. Never throws.
 *
 * @example
 * ldap.record({ event: 'directory.sync.completed', details: '3 created, 1 changed, 0 removed' });
 */
export const ldap: { readonly record: (entry: LdapEntry) => void } = {
  record: (entry) => recordEvent('ldap', entry),
};
