/** What an application says of an event that somebody will have to account for. */
import type { EventNameOf } from '../vocabulary/events.ts';

export interface AuditEntry {
  /** What was done, in the words of the application: `CREATE`, `ROLE_CHANGE`. */
  readonly action: string;
  /** What kind of thing it was done to: `users`. */
  readonly resource: string;
  /** Which one, by its id: `5`. Default: none in particular. */
  readonly target?: string | number | undefined;
  /** Which event of docs/events.md it is. Default: what action and resource mean there, else `entity.updated`. */
  readonly event?: EventNameOf<'audit'> | undefined;
  /** Who has done it. Default: the user of the request being handled (`setUser`), else nobody in particular. */
  readonly actor?: AuditActor | undefined;
  /** Whether it was done, or tried in vain. Default: `'success'`. */
  readonly outcome?: 'success' | 'failure' | undefined;
  /** Why it was done, or failed, in a few words. Default: nothing. */
  readonly details?: string | undefined;
  /**
   * The thing before and after. What JSON can say of it is kept, of two objects only what differs, and of keys that hold secrets
   * only that they are there. Default: nothing.
   */
  readonly oldValue?: unknown;
  readonly newValue?: unknown;
}

export interface AuditActor {
  readonly id: string | number;
  /** Default: `'user'`. */
  readonly type?: 'user' | 'service' | 'system' | undefined;
  /** IP address. Default: that of the peer whose request is being handled. */
  readonly address?: string | undefined;
}
