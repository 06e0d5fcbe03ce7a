/** `/password`: change one's own, or get a new one by mail. */
import { security } from '@sentrikat/instrumentation/security';
import { Router } from 'express';
import { z } from 'zod';

import type { Pool } from '../database/pool.ts';
import { requireAnyUser, tokenOf } from '../http/authentication.ts';
import { limitRequests } from '../http/limit-requests.ts';
import { Refusal } from '../http/refusal.ts';
import { isOwnPassword } from '../sessions/own-password.ts';
import { hashPassword, password } from '../sessions/password.ts';
import { hashToken } from '../sessions/secret-token.ts';
import type { Resets } from './resets.ts';

const changeBody = z.object({ current: z.string().max(200), password });
const requestBody = z.object({ name: z.string().max(200) });
const completeBody = z.object({ token: z.string().max(100), password });
/** Nobody mistypes or forgets more often, while who has found a session guesses, and each reset is a mail. */
const attemptsPerMinute = 20;

export function passwordRoutes(pool: Pool, resets: Resets): Router {
  const router = Router();

  router.put('/', limitRequests(attemptsPerMinute), async (request, response) => {
    const { id } = requireAnyUser(request);
    const { current, password: secret } = changeBody.parse(request.body);
    if (!(await isOwnPassword(pool, id, current))) {
      security.record({ event: 'authn.password.change_failed', user: id, reason: 'bad_password' });
      throw new Refusal(403, 'wrong-password', 'That is not your password.');
    }
    await pool.query(
      `WITH ended AS (DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $3)
       UPDATE users SET password_hash = $2, must_change_password = false WHERE id = $1`,
      [id, await hashPassword(secret), hashToken(tokenOf(request) ?? '')],
    );
    security.record({ event: 'authn.password.changed', user: id });
    response.status(204).end();
  });

  router.post('/reset', limitRequests(attemptsPerMinute), async (request, response) => {
    await resets.request(requestBody.parse(request.body).name);
    response.status(202).end();
  });

  router.post('/reset/complete', limitRequests(attemptsPerMinute), async (request, response) => {
    const { token, password: secret } = completeBody.parse(request.body);
    if (!(await resets.complete(token, secret)))
      throw new Refusal(400, 'invalid-token', 'This was used already, is too old or was never sent.');
    response.status(204).end();
  });

  return router;
}
