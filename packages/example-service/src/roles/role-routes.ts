/** `/roles`: read and changed by those who may manage roles. */
import { Router } from 'express';
import { z } from 'zod';

import { auditedChange } from '../database/audited-change.ts';
import type { Pool } from '../database/pool.ts';
import { requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { permissions } from './permissions.ts';
import { Roles } from './roles.ts';

const roleName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const permissionsBody = z.object({ permissions: z.array(z.enum(permissions)).max(permissions.length) });
const roleBody = z.object({ name: roleName, ...permissionsBody.shape });

export function roleRoutes(pool: Pool): Router {
  const router = Router();
  router.use(requirePermission('manage-roles'));

  router.get('/', async (...[, response]) => {
    response.json(await new Roles(pool).list());
  });

  router.post('/', async (request, response) => {
    const role = roleBody.parse(request.body);
    await auditedChange(
      pool,
      (database) => new Roles(database).create(role),
      (newValue) => ({ action: 'CREATE', resource: 'roles', target: role.name, newValue }),
    );
    response.status(201).json(role);
  });

  router.put('/:name', async (request, response) => {
    const name = roleName.parse(request.params.name);
    const body = permissionsBody.parse(request.body);
    const change = await auditedChange(
      pool,
      (database) => new Roles(database).update({ name, ...body }),
      ({ before, after }) => ({
        action: 'UPDATE',
        resource: 'roles',
        target: name,
        oldValue: before,
        newValue: after,
      }),
    );
    if (change === undefined) throw notFound();
    response.json(change.after);
  });

  router.delete('/:name', async (request, response) => {
    const name = roleName.parse(request.params.name);
    const role = await auditedChange(
      pool,
      (database) => new Roles(database).delete(name),
      (oldValue) => ({ action: 'DELETE', resource: 'roles', target: name, oldValue }),
    );
    if (role === undefined) throw notFound();
    response.status(204).end();
  });

  return router;
}

function notFound(): Refusal {
  return new Refusal(404, 'not-found', 'There is no such role.');
}
