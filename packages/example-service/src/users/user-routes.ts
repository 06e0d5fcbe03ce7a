/** `/users`: read and changed by those who may manage users. */
import { Router, type Request } from 'express';
import { z } from 'zod';

import { audit } from '../events.ts';
import { actorOf, requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { hashPassword, password } from '../sessions/password.ts';
import type { Users } from './users.ts';

const userBody = z.object({
  name: z.string().regex(/^[a-z][a-z0-9._-]{0,63}$/),
  displayName: z.string().min(1).max(100),
  role: z.string().max(64),
  password,
});
const changeBody = userBody.omit({ name: true }).partial();
const userId = z.coerce.number().int().min(1).max(2_147_483_647);

export function userRoutes(users: Users): Router {
  const router = Router();
  router.use(requirePermission('manage-users'));

  router.get('/', async (...[, response]) => {
    response.json(await users.list());
  });

  router.post('/', async (request, response) => {
    const { password: secret, ...body } = userBody.parse(request.body);
    const user = await users.create({ ...body, passwordHash: await hashPassword(secret) });
    audit({ action: 'CREATE', kind: 'users', id: user.id, actor: actorOf(request), newValue: { ...user } });
    response.status(201).json(user);
  });

  router.patch('/:id', async (request, response) => {
    const { password: secret, ...body } = changeBody.parse(request.body);
    const passwordHash = secret === undefined ? undefined : await hashPassword(secret);
    const change = await users.update(idOf(request), { ...body, passwordHash });
    if (change === undefined) throw notFound();
    const { before, after } = change;
    audit({
      action: 'UPDATE',
      kind: 'users',
      id: after.id,
      actor: actorOf(request),
      oldValue: { ...before },
      newValue: { ...after, ...(secret === undefined ? {} : { passwordChanged: true }) },
    });
    response.json(after);
  });

  router.post('/:id/unlock', async (request, response) => {
    const user = await users.unlock(idOf(request));
    if (user === undefined) throw notFound();
    audit({ action: 'UNLOCK', kind: 'users', id: user.id, actor: actorOf(request) });
    response.json(user);
  });

  router.delete('/:id', async (request, response) => {
    const user = await users.delete(idOf(request));
    if (user === undefined) throw notFound();
    audit({ action: 'DELETE', kind: 'users', id: user.id, actor: actorOf(request), oldValue: { ...user } });
    response.status(204).end();
  });

  return router;
}

function idOf(request: Request): number {
  return userId.parse(request.params['id']);
}

function notFound(): Refusal {
  return new Refusal(404, 'not-found', 'There is no such user.');
}
