/**
 * Users that come from a directory. The directory is a file of entries as an LDAP search would give them; there is no
 * LDAP connection here. Each entry becomes a user without a password; who has left the directory is left alone.
 */
import { readFile } from 'node:fs/promises';

import { ldap } from '@sentrikat/instrumentation/ldap';
import { z } from 'zod';

import type { Pool } from '../database/pool.ts';
import { quoted } from '../events.ts';

const entries = z.array(
  z.object({
    dn: z.string(),
    uid: z.string().regex(/^[a-z][a-z0-9._-]{0,63}$/),
    cn: z.string().min(1).max(100),
    memberOf: z.array(z.string()),
  }),
);

/** The directory's group, and the role it gives; the first that matches counts. */
const roleByGroup: readonly (readonly [group: string, role: string])[] = [
  ['cn=security,ou=groups,dc=example,dc=org', 'administrator'],
  ['cn=risk,ou=groups,dc=example,dc=org', 'analyst'],
];

const eventOf = { created: 'user.provisioned', changed: 'user.synchronized' } as const;

const directoryFile = new URL('directory.json', import.meta.url);

/** Creates and changes users until they are as the directory says. Local users of the same name are left alone. */
export async function synchronise(pool: Pool): Promise<void> {
  const found = entries.parse(JSON.parse(await readFile(directoryFile, 'utf8')));
  ldap.record({ event: 'directory.sync.started', details: `${found.length} entries in the directory file` });
  const counts = { created: 0, changed: 0, unchanged: 0 };
  for (const { dn, uid, cn, memberOf } of found) {
    const [, role = 'member'] = roleByGroup.find(([group]) => memberOf.includes(group)) ?? [];
    const { rows } = await pool.query<{ isNew: boolean }>(
      `INSERT INTO users (name, display_name, role, source) VALUES ($1, $2, $3, 'directory')
       ON CONFLICT (name) DO UPDATE SET display_name = excluded.display_name, role = excluded.role
         WHERE users.source = 'directory' AND (users.display_name, users.role) <> (excluded.display_name, excluded.role)
       RETURNING old.id IS NULL AS "isNew"`,
      [uid, cn, role],
    );
    const outcome = rows[0] === undefined ? 'unchanged' : rows[0].isNew ? 'created' : 'changed';
    counts[outcome] += 1;
    if (outcome !== 'unchanged')
      ldap.record({ event: eventOf[outcome], target: uid, details: `${quoted(dn)} as ${role}` });
  }
  const details = `${counts.created} created, ${counts.changed} changed, ${counts.unchanged} unchanged`;
  ldap.record({ event: 'directory.sync.completed', details });
}
