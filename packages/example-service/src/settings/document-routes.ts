/** `/documents`: what there is one of. The licence limits how many users there are; the branding is what the service calls itself. */
import { Router } from 'express';
import { z } from 'zod';

import { auditedChange } from '../database/audited-change.ts';
import { firstRow } from '../database/first-row.ts';
import type { Pool } from '../database/pool.ts';
import { requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';

const documents = {
  license: z.object({ holder: z.string().min(1).max(200), seats: z.number().int().min(1).max(1_000_000) }),
  branding: z.object({ title: z.string().min(1).max(200) }),
} as const;

const documentName = z.enum(['license', 'branding']);

export function documentRoutes(pool: Pool): Router {
  const router = Router();
  router.use(requirePermission('manage-settings'));

  router.put('/:name', async (request, response) => {
    const name = documentName.parse(request.params.name);
    const value = documents[name].parse(request.body);
    await auditedChange(
      pool,
      (database) =>
        firstRow<{ before: unknown }>(
          database,
          `INSERT INTO documents (name, value) VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING old.value AS before`,
          [name, value],
        ),
      ({ before }) => ({
        action: before === null ? 'CREATE' : 'UPDATE',
        resource: name,
        oldValue: before ?? undefined,
        newValue: value,
      }),
    );
    response.json(value);
  });

  router.delete('/:name', async (request, response) => {
    const name = documentName.parse(request.params.name);
    const document = await auditedChange(
      pool,
      (database) =>
        firstRow<{ value: unknown }>(database, 'DELETE FROM documents WHERE name = $1 RETURNING value', [name]),
      ({ value }) => ({ action: 'DELETE', resource: name, oldValue: value }),
    );
    if (document === undefined) throw new Refusal(404, 'not-found', 'There is none.');
    response.status(204).end();
  });

  return router;
}
