/** `/teams`: made, switched off and filled by those who may manage users. Who is only in teams that are off may not log in. */
import { Router } from 'express';
import { z } from 'zod';

import { auditedChange } from '../database/audited-change.ts';
import { firstRow } from '../database/first-row.ts';
import type { Pool } from '../database/pool.ts';
import { rowId } from '../database/row-id.ts';
import { requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';

const teamName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const teamBody = z.object({ disabled: z.boolean() });
const memberBody = z.object({ role: z.enum(['member', 'manager']) });

export function teamRoutes(pool: Pool): Router {
  const router = Router();
  router.use(requirePermission('manage-users'));

  router.put('/:team', async (request, response) => {
    const name = teamName.parse(request.params.team);
    const { disabled } = teamBody.parse(request.body);
    await auditedChange(
      pool,
      (database) =>
        firstRow<{ before: boolean | null }>(
          database,
          `INSERT INTO teams (name, disabled) VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET disabled = excluded.disabled RETURNING old.disabled AS before`,
          [name, disabled],
        ),
      ({ before }) => ({
        action: before === null ? 'CREATE' : 'UPDATE',
        resource: 'teams',
        target: name,
        oldValue: before === null ? undefined : { disabled: before },
        newValue: { disabled },
      }),
    );
    response.json({ name, disabled });
  });

  router.put('/:team/members/:id', async (request, response) => {
    const team = teamName.parse(request.params.team);
    const id = rowId.parse(request.params.id);
    const { role } = memberBody.parse(request.body);
    await auditedChange(
      pool,
      (database) =>
        firstRow<{ before: string | null }>(
          database,
          `INSERT INTO memberships (team, user_id, role) VALUES ($1, $2, $3)
           ON CONFLICT (team, user_id) DO UPDATE SET role = excluded.role RETURNING old.role AS before`,
          [team, id, role],
        ),
      ({ before }) => ({
        action: before === null ? 'ADD_ORG_MEMBERSHIP' : 'UPDATE_ORG_ROLE',
        resource: 'users',
        target: id,
        oldValue: before === null ? undefined : { team, role: before },
        newValue: { team, role },
      }),
    );
    response.json({ team, id, role });
  });

  router.delete('/:team/members/:id', async (request, response) => {
    const team = teamName.parse(request.params.team);
    const id = rowId.parse(request.params.id);
    const membership = await auditedChange(
      pool,
      (database) =>
        firstRow<{ team: string; role: string }>(
          database,
          'DELETE FROM memberships WHERE team = $1 AND user_id = $2 RETURNING team, role',
          [team, id],
        ),
      (oldValue) => ({ action: 'REMOVE_ORG_MEMBERSHIP', resource: 'users', target: id, oldValue }),
    );
    if (membership === undefined) throw new Refusal(404, 'not-found', 'They are not in that team.');
    response.status(204).end();
  });

  return router;
}
