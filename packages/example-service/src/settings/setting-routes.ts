/** `/settings`: read by any user, changed by those who may manage settings. */
import { Router } from 'express';
import { z } from 'zod';

import { auditedChange } from '../database/audited-change.ts';
import type { Pool } from '../database/pool.ts';
import { requirePermission, requireUser } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { Settings } from './settings.ts';

const settingKey = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/);
const settingBody = z.object({ value: z.union([z.string().max(1000), z.number(), z.boolean()]) });

export function settingRoutes(pool: Pool): Router {
  const router = Router();

  router.get('/', async (request, response) => {
    requireUser(request);
    response.json(await new Settings(pool).list());
  });

  router.use(requirePermission('manage-settings'));

  router.put('/:key', async (request, response) => {
    const key = settingKey.parse(request.params.key);
    const { value } = settingBody.parse(request.body);
    await auditedChange(
      pool,
      (database) => new Settings(database).put(key, value),
      ({ before, after }) => ({
        action: before === undefined ? 'CREATE' : 'UPDATE',
        resource: 'settings',
        target: key,
        oldValue: before === undefined ? undefined : { value: before },
        newValue: { value: after },
      }),
    );
    response.json({ [key]: value });
  });

  router.delete('/:key', async (request, response) => {
    const key = settingKey.parse(request.params.key);
    const setting = await auditedChange(
      pool,
      (database) => new Settings(database).delete(key),
      (value) => ({ action: 'DELETE', resource: 'settings', target: key, oldValue: { value } }),
    );
    if (setting === undefined) throw new Refusal(404, 'not-found', 'There is no such setting.');
    response.status(204).end();
  });

  return router;
}
