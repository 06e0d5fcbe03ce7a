/** `/roles`: read and changed by those who may manage roles. */
import { Router } from 'express';
import { z } from 'zod';

import { audit } from '../events.ts';
import { actorOf, requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { permissions } from './permissions.ts';
import type { Roles } from './roles.ts';

const roleName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const permissionsBody = z.object({ permissions: z.array(z.enum(permissions)).max(permissions.length) });
const roleBody = z.object({ name: roleName, ...permissionsBody.shape });

export function roleRoutes(roles: Roles): Router {
  const router = Router();
  router.use(requirePermission('manage-roles'));

  router.get('/', async (...[, response]) => {
    response.json(await roles.list());
  });

  router.post('/', async (request, response) => {
    const role = roleBody.parse(request.body);
    await roles.create(role);
    audit({ action: 'CREATE', kind: 'roles', id: role.name, actor: actorOf(request), newValue: { ...role } });
    response.status(201).json(role);
  });

  router.put('/:name', async (request, response) => {
    const name = roleName.parse(request.params.name);
    const change = await roles.update({ name, ...permissionsBody.parse(request.body) });
    if (change === undefined) throw notFound();
    const { before, after } = change;
    audit({
      action: 'UPDATE',
      kind: 'roles',
      id: name,
      actor: actorOf(request),
      oldValue: { ...before },
      newValue: { ...after },
    });
    response.json(after);
  });

  router.delete('/:name', async (request, response) => {
    const name = roleName.parse(request.params.name);
    const role = await roles.delete(name);
    if (role === undefined) throw notFound();
    audit({ action: 'DELETE', kind: 'roles', id: name, actor: actorOf(request), oldValue: { ...role } });
    response.status(204).end();
  });

  return router;
}

function notFound(): Refusal {
  return new Refusal(404, 'not-found', 'There is no such role.');
}
