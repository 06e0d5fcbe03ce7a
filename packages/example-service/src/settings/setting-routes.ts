/** `/settings`: read by any user, changed by those who may manage settings. */
import { Router } from 'express';
import { z } from 'zod';

import { audit } from '../events.ts';
import { actorOf, requirePermission, requireUser } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import type { Settings } from './settings.ts';

const settingKey = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/);
const settingBody = z.object({ value: z.union([z.string().max(1000), z.number(), z.boolean()]) });

export function settingRoutes(settings: Settings): Router {
  const router = Router();

  router.get('/', async (request, response) => {
    requireUser(request);
    response.json(await settings.list());
  });

  router.use(requirePermission('manage-settings'));

  router.put('/:key', async (request, response) => {
    const key = settingKey.parse(request.params.key);
    const { value } = settingBody.parse(request.body);
    const { before, after } = await settings.put(key, value);
    audit({
      action: before === undefined ? 'CREATE' : 'UPDATE',
      kind: 'settings',
      id: key,
      actor: actorOf(request),
      oldValue: before === undefined ? undefined : { value: before },
      newValue: { value: after },
    });
    response.json({ [key]: after });
  });

  router.delete('/:key', async (request, response) => {
    const key = settingKey.parse(request.params.key);
    const value = await settings.delete(key);
    if (value === undefined) throw new Refusal(404, 'not-found', 'There is no such setting.');
    audit({ action: 'DELETE', kind: 'settings', id: key, actor: actorOf(request), oldValue: { value } });
    response.status(204).end();
  });

  return router;
}
