/** Somebody whom a directory knows, as this service needs them. */
import { z } from 'zod';

export interface Person {
  readonly dn: string;
  readonly uid: string;
  readonly cn: string;
  /** DNs of groups. */
  readonly memberOf: readonly string[];
}

/** Names are those of local users, too; what does not fit has no place in this service. */
export const person: z.ZodType<Person> = z.object({
  dn: z.string(),
  uid: z.string().regex(/^[a-z][a-z0-9._-]{0,63}$/),
  cn: z.string().min(1).max(100),
  memberOf: z.array(z.string()),
});

/** Where people come from. */
export interface PeopleSource {
  /** For messages. */
  readonly name: string;
  /** All of them, not yet checked. Rejects when that cannot be found out. */
  people(): Promise<readonly unknown[]>;
}
