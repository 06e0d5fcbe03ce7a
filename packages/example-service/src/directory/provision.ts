/** Makes one user as the directory says they are, at the synchronisation or at their first login. */
import { ldap } from '@sentrikat/instrumentation/ldap';
import { security } from '@sentrikat/instrumentation/security';

import type { Database } from '../database/pool.ts';
import { quoted } from '../events.ts';
import { hasFreeSeat } from '../users/free-seat.ts';
import type { Person } from './person.ts';

export type Provisioning = 'created' | 'changed' | 'unchanged' | 'blocked';

/** Who is in none of the groups that give a role. */
const everyone = 'member';

const eventOf = { created: 'user.provisioned', changed: 'user.synchronized' } as const;

/** A local user of the same name is left alone, and keeps the directory's user out. */
export async function provision(database: Database, { uid, cn, dn, memberOf }: Person): Promise<Provisioning> {
  const { rows } = await database.query<{ isNew: boolean | null; role: string; source: string | null }>(
    `WITH given AS (
       SELECT coalesce((SELECT role FROM directory_groups WHERE dn = ANY($3) ORDER BY position LIMIT 1), $4) AS role
     ), written AS (
       INSERT INTO users (name, display_name, role, source) SELECT $1, $2, role, 'directory' FROM given
       WHERE ${hasFreeSeat} OR EXISTS (SELECT FROM users WHERE name = $1)
       ON CONFLICT (name) DO UPDATE SET display_name = excluded.display_name, role = excluded.role
         WHERE users.source = 'directory' AND (users.display_name, users.role) <> (excluded.display_name, excluded.role)
       RETURNING name, old.id IS NULL AS "isNew"
     )
     SELECT given.role, written."isNew", users.source
     FROM given LEFT JOIN written ON true LEFT JOIN users ON users.name = $1`,
    [uid, cn, memberOf, everyone],
  );
  const { isNew = null, role = everyone, source = null } = rows[0] ?? {};
  if (source === 'local') {
    ldap.record({ event: 'user.provision.blocked', target: uid, reason: 'name_taken', details: quoted(dn) });
    return 'blocked';
  }
  if (isNew === null && source === null) {
    security.record({ event: 'license.rejected', target: uid, reason: 'no_seat_left' });
    ldap.record({ event: 'user.provision.blocked', target: uid, reason: 'no_seat_left', details: quoted(dn) });
    return 'blocked';
  }
  if (isNew === null) return 'unchanged';
  const outcome = isNew ? 'created' : 'changed';
  ldap.record({ event: eventOf[outcome], target: uid, details: `${quoted(dn)} as ${role}` });
  return outcome;
}
