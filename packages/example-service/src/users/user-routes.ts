/** `/users`: read and changed by those who may manage users. */
import { Router, type Request } from 'express';
import { z } from 'zod';

import { auditedChange } from '../database/audited-change.ts';
import type { Pool } from '../database/pool.ts';
import { requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { hashPassword, password } from '../sessions/password.ts';
import { Users } from './users.ts';

const userBody = z.object({
  name: z.string().regex(/^[a-z][a-z0-9._-]{0,63}$/),
  displayName: z.string().min(1).max(100),
  role: z.string().max(64),
  password,
});
const changeBody = userBody.omit({ name: true }).partial();
const userId = z.coerce.number().int().min(1).max(2_147_483_647);

export function userRoutes(pool: Pool): Router {
  const router = Router();
  router.use(requirePermission('manage-users'));

  router.get('/', async (...[, response]) => {
    response.json(await new Users(pool).list());
  });

  router.post('/', async (request, response) => {
    const { password: secret, ...body } = userBody.parse(request.body);
    const passwordHash = await hashPassword(secret);
    const user = await auditedChange(
      pool,
      (database) => new Users(database).create({ ...body, passwordHash }),
      (newValue) => ({ action: 'CREATE', resource: 'users', target: newValue.id, newValue }),
    );
    response.status(201).json(user);
  });

  router.patch('/:id', async (request, response) => {
    const { password: secret, ...body } = changeBody.parse(request.body);
    const passwordHash = secret === undefined ? undefined : await hashPassword(secret);
    const change = await auditedChange(
      pool,
      (database) => new Users(database).update(idOf(request), { ...body, passwordHash }),
      ({ before, after }) => ({
        action: 'UPDATE',
        resource: 'users',
        target: after.id,
        oldValue: before,
        newValue: { ...after, ...(secret !== undefined && { passwordChanged: true }) },
      }),
    );
    if (change === undefined) throw notFound();
    response.json(change.after);
  });

  router.post('/:id/unlock', async (request, response) => {
    const user = await auditedChange(
      pool,
      (database) => new Users(database).unlock(idOf(request)),
      ({ id }) => ({ action: 'UNLOCK', resource: 'users', target: id }),
    );
    if (user === undefined) throw notFound();
    response.json(user);
  });

  router.delete('/:id', async (request, response) => {
    const user = await auditedChange(
      pool,
      (database) => new Users(database).delete(idOf(request)),
      (oldValue) => ({ action: 'DELETE', resource: 'users', target: oldValue.id, oldValue }),
    );
    if (user === undefined) throw notFound();
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
