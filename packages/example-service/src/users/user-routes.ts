/** `/users`: read and changed by those who may manage users. */
import { audit } from '@sentrikat/instrumentation/audit';
import { security } from '@sentrikat/instrumentation/security';
import { Router, type Request } from 'express';
import { z } from 'zod';

import { auditedChange } from '../database/audited-change.ts';
import type { Pool } from '../database/pool.ts';
import { rowId } from '../database/row-id.ts';
import { requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import type { Resets } from '../passwords/resets.ts';
import { hashPassword, password } from '../sessions/password.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Users } from './users.ts';

const userBody = z.object({
  name: z.string().regex(/^[a-z][a-z0-9._-]{0,63}$/),
  displayName: z.string().min(1).max(100),
  role: z.string().max(64),
  password,
});
const changeBody = userBody.omit({ name: true }).partial();

const invitationBody = userBody.omit({ password: true });

/** What an administrator does to an account, other than changing what it says: `POST /users/7/block`. */
const deeds: readonly Deed[] = [
  { path: 'unlock', action: 'UNLOCK', assignments: 'failed_logins = 0, locked_until = NULL' },
  { path: 'block', action: 'BLOCK', assignments: 'blocked_at = now()', ends: 'blocked' },
  { path: 'unblock', action: 'UNBLOCK', assignments: 'blocked_at = NULL' },
  { path: 'force-password-change', action: 'FORCE_PASSWORD_CHANGE', assignments: 'must_change_password = true' },
  { path: 'require-mfa', action: 'REQUIRE_2FA', assignments: 'mfa_required = true' },
  { path: 'reset-mfa', action: 'RESET_2FA', assignments: 'mfa_secret = NULL, mfa_since = NULL', ends: 'mfa_reset' },
];

interface Deed {
  readonly path: string;
  readonly action: string;
  /** SQL. */
  readonly assignments: string;
  /** For which reason it ends their sessions. Default: it does not. */
  readonly ends?: string;
}

export function userRoutes(pool: Pool, resets: Resets): Router {
  const router = Router();
  const sessions = new Sessions(pool);
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
    if (user === undefined) throw noSeat();
    response.status(201).json(user);
  });

  /** Without a password: the mail has what it takes to set one. */
  router.post('/invitations', async (request, response) => {
    const body = invitationBody.parse(request.body);
    const user = await auditedChange(
      pool,
      (database) => new Users(database).create({ ...body, passwordHash: null }),
      (newValue) => ({ action: 'INVITE', resource: 'users', target: newValue.id, newValue }),
    );
    if (user === undefined) throw noSeat();
    const isSent = await resets.send(user.id, user.name, 'You are invited');
    response.status(201).json({ ...user, isSent });
  });

  /** Looking at one user is looking at a person. */
  router.get('/:id', async (request, response) => {
    const user = await new Users(pool).find(idOf(request));
    if (user === undefined) throw notFound();
    await audit.record({ action: 'READ', resource: 'users', target: user.id });
    response.json(user);
  });

  router.patch('/:id', async (request, response) => {
    const { password: secret, ...body } = changeBody.parse(request.body);
    const passwordHash = secret === undefined ? undefined : await hashPassword(secret);
    const change = await auditedChange(
      pool,
      (database) => new Users(database).update(idOf(request), { ...body, passwordHash }),
      ({ before, after }) => ({
        action: before.role === after.role ? 'UPDATE' : 'ROLE_CHANGE',
        resource: 'users',
        target: after.id,
        oldValue: before,
        newValue: { ...after, ...(secret !== undefined && { passwordChanged: true }) },
      }),
    );
    if (change === undefined) throw notFound();
    response.json(change.after);
  });

  for (const { path, action, assignments, ends } of deeds)
    router.post(`/:id/${path}`, async (request, response) => {
      const user = await auditedChange(
        pool,
        (database) => new Users(database).apply(idOf(request), assignments),
        ({ id }) => ({ action, resource: 'users', target: id }),
      );
      if (user === undefined) throw notFound();
      if (ends !== undefined) await revokeSessions(user.id, ends);
      response.json(user);
    });

  router.delete('/:id/sessions', async (request, response) => {
    await revokeSessions(idOf(request), 'administrator');
    response.status(204).end();
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

  async function revokeSessions(user: number, reason: string): Promise<void> {
    if (await sessions.revoke(user)) security.record({ event: 'session.revoked', user, reason });
  }
}

function noSeat(): Refusal {
  security.record({ event: 'license.rejected', reason: 'no_seat_left' });
  return new Refusal(409, 'no-seat', 'The licence allows no more users.');
}

function idOf(request: Request): number {
  return rowId.parse(request.params['id']);
}

function notFound(): Refusal {
  return new Refusal(404, 'not-found', 'There is no such user.');
}
