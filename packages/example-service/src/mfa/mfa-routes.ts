/** `/mfa`: set up one's second factor, and give it up. */
import { security } from '@sentrikat/instrumentation/security';
import { Router } from 'express';
import { z } from 'zod';

import type { Pool } from '../database/pool.ts';
import { requireAnyUser, requireUser } from '../http/authentication.ts';
import { limitRequests } from '../http/limit-requests.ts';
import { Refusal } from '../http/refusal.ts';
import { isOwnPassword } from '../sessions/own-password.ts';
import type { SecondFactor } from './second-factor.ts';

const enableBody = z.object({ code: z.string().max(10) });
const disableBody = z.object({ password: z.string().max(200) });
/** Nobody mistypes more often, while who has found a session guesses. */
const attemptsPerMinute = 20;

export function mfaRoutes(pool: Pool, secondFactor: SecondFactor): Router {
  const router = Router();

  router.post('/', async (request, response) => {
    const { id, name } = requireAnyUser(request);
    response.status(201).json({ uri: await secondFactor.setUp(id, name) });
  });

  router.post('/enable', limitRequests(attemptsPerMinute), async (request, response) => {
    const { id } = requireAnyUser(request);
    const { code } = enableBody.parse(request.body);
    const reason = await secondFactor.check(id, code);
    if (reason !== undefined) {
      security.record({ event: 'authn.mfa.failure', user: id, reason });
      throw new Refusal(403, 'wrong-code', 'That is not the code.');
    }
    await secondFactor.enable(id);
    security.record({ event: 'authn.mfa.enabled', user: id });
    response.status(204).end();
  });

  router.delete('/', limitRequests(attemptsPerMinute), async (request, response) => {
    const { id } = requireUser(request);
    const { password } = disableBody.parse(request.body);
    if (!(await isOwnPassword(pool, id, password))) {
      security.record({ event: 'authn.mfa.failure', user: id, reason: 'bad_password', details: 'giving it up' });
      throw new Refusal(403, 'wrong-password', 'That is not your password.');
    }
    await secondFactor.disable(id);
    security.record({ event: 'authn.mfa.disabled', user: id });
    response.status(204).end();
  });

  return router;
}
