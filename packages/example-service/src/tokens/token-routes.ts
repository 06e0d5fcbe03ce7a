/** `/tokens`: one's own tokens for programs. */
import { security } from '@sentrikat/instrumentation/security';
import { Router } from 'express';
import { z } from 'zod';

import { rowId } from '../database/row-id.ts';
import { quoted } from '../events.ts';
import { requireUser } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import type { Tokens } from './tokens.ts';

const tokenBody = z.object({ name: z.string().min(1).max(100), days: z.number().int().min(1).max(365) });

export function tokenRoutes(tokens: Tokens): Router {
  const router = Router();

  router.post('/', async (request, response) => {
    const user = requireUser(request);
    const { name, days } = tokenBody.parse(request.body);
    const { id, token } = await tokens.create(user.id, name, days);
    security.record({ event: 'authn.token.created', user: user.id, target: id, details: `named ${quoted(name)}` });
    response.status(201).json({ id, token });
  });

  router.delete('/:id', async (request, response) => {
    const user = requireUser(request);
    const id = rowId.parse(request.params.id);
    if (!(await tokens.revoke(user.id, id))) throw new Refusal(404, 'not-found', 'There is no such token.');
    security.record({ event: 'authn.token.revoked', user: user.id, target: id });
    response.status(204).end();
  });

  return router;
}
