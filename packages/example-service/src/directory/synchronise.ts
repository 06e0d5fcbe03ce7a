/**
 * Brings the users who come from a directory in line with it: who is new there becomes a user without a password, who has changed is
 * changed, who has left may come in no more, and who is there again may. Local users are left alone.
 */
import { ldap } from '@sentrikat/instrumentation/ldap';

import { auditedChange } from '../database/audited-change.ts';
import { firstRow } from '../database/first-row.ts';
import type { Pool } from '../database/pool.ts';
import { reasonOf } from './directory.ts';
import { person, type PeopleSource, type Person } from './person.ts';
import { provision, type Provisioning } from './provision.ts';

type Count = Provisioning | 'reactivated' | 'removed' | 'invalid';

/** Rejects only when the database fails; what the directory cannot or does not answer is recorded. */
export async function synchronise(pool: Pool, source: PeopleSource): Promise<void> {
  ldap.record({ event: 'directory.sync.started', details: `with ${source.name}` });
  let found: readonly unknown[];
  try {
    found = await source.people();
  } catch (error) {
    const details = error instanceof Error ? error.message : String(error);
    return ldap.record({ event: 'directory.sync.failed', reason: reasonOf(error), details });
  }
  // Nobody is there at all: rather a wrong base or a lost permission than the end of the organisation.
  if (found.length === 0) return ldap.record({ event: 'directory.sync.failed', reason: 'nobody_found' });

  const counts: Record<Count, number> = {
    created: 0,
    changed: 0,
    unchanged: 0,
    blocked: 0,
    reactivated: 0,
    removed: 0,
    invalid: 0,
  };
  const people: Person[] = [];
  for (const candidate of found) {
    const { data, error } = person.safeParse(candidate);
    if (error === undefined) people.push(data);
    else {
      counts.invalid += 1;
      const { dn = '' } = candidate as { dn?: string };
      const details = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      ldap.record({ event: 'user.provision.blocked', target: dn, reason: 'entry_invalid', details });
    }
  }
  const names = people.map(({ uid }) => uid);
  for (const name of await missing(pool, names)) counts.reactivated += await reactivate(pool, name);
  for (const each of people) counts[await provision(pool, each)] += 1;
  counts.removed = await removeOthers(pool, names);
  const details = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  ldap.record({ event: 'directory.sync.completed', details: details.join(', ') });
}

/** Those who had left. */
async function missing(pool: Pool, names: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    'SELECT name FROM users WHERE deprovisioned_at IS NOT NULL AND name = ANY($1)',
    [names],
  );
  return rows.map(({ name }) => name);
}

async function reactivate(pool: Pool, name: string): Promise<number> {
  const user = await auditedChange(
    pool,
    (database) =>
      firstRow<{ id: number }>(
        database,
        'UPDATE users SET deprovisioned_at = NULL WHERE name = $1 AND deprovisioned_at IS NOT NULL RETURNING id',
        [name],
      ),
    ({ id }) => ({
      action: 'USER_REACTIVATE',
      resource: 'users',
      target: id,
      actor: { id: 'directory', type: 'system' },
      details: `the directory has ${name} again`,
    }),
  );
  return user === undefined ? 0 : 1;
}

async function removeOthers(pool: Pool, names: readonly string[]): Promise<number> {
  const { rows } = await pool.query<{ name: string }>(
    `WITH gone AS (
       UPDATE users SET deprovisioned_at = now()
       WHERE source = 'directory' AND deprovisioned_at IS NULL AND name <> ALL($1) RETURNING id, name
     ), ended AS (DELETE FROM sessions USING gone WHERE user_id = gone.id)
     SELECT name FROM gone`,
    [names],
  );
  for (const { name } of rows) ldap.record({ event: 'user.deprovisioned', target: name });
  return rows.length;
}
