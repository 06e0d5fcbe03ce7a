/** `/directory/groups`: which role a group of the directory gives. It takes effect with the next synchronisation. */
import { ldap } from '@sentrikat/instrumentation/ldap';
import { Router } from 'express';
import { z } from 'zod';

import { auditedChange } from '../database/audited-change.ts';
import { firstRow } from '../database/first-row.ts';
import type { Pool } from '../database/pool.ts';
import { requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { comparable } from './directory.ts';

const resource = 'directory_groups';
const groupDn = z
  .string()
  .regex(/^[a-z]+=/i)
  .max(500)
  .transform(comparable);
const mappingBody = z.object({ role: z.string().max(64) });

export function groupRoutes(pool: Pool): Router {
  const router = Router();
  router.use(requirePermission('manage-users'));

  router.get('/', async (...[, response]) => {
    const { rows } = await pool.query('SELECT dn, role FROM directory_groups ORDER BY position');
    response.json(rows);
  });

  router.put('/:dn', async (request, response) => {
    const dn = groupDn.parse(request.params.dn);
    const { role } = mappingBody.parse(request.body);
    const change = await auditedChange(
      pool,
      (database) =>
        firstRow<{ before: string | null }>(
          database,
          `INSERT INTO directory_groups (dn, role) VALUES ($1, $2)
           ON CONFLICT (dn) DO UPDATE SET role = excluded.role RETURNING old.role AS before`,
          [dn, role],
        ),
      ({ before }) => ({
        action: before === null ? 'CREATE' : 'UPDATE',
        resource,
        target: dn,
        oldValue: before === null ? undefined : { role: before },
        newValue: { role },
      }),
    );
    const event = change?.before === null ? 'directory.group.mapped' : 'directory.group.mapping_updated';
    ldap.record({ event, target: dn, details: `gives ${role}` });
    response.json({ dn, role });
  });

  router.delete('/:dn', async (request, response) => {
    const dn = groupDn.parse(request.params.dn);
    const mapping = await auditedChange(
      pool,
      (database) =>
        firstRow<{ role: string }>(database, 'DELETE FROM directory_groups WHERE dn = $1 RETURNING role', [dn]),
      (oldValue) => ({ action: 'DELETE', resource, target: dn, oldValue }),
    );
    if (mapping === undefined) throw new Refusal(404, 'not-found', 'That group gives no role.');
    ldap.record({ event: 'directory.group.unmapped', target: dn, details: `gave ${mapping.role}` });
    response.status(204).end();
  });

  return router;
}
