/**
 * `/reports`: what a service has that is slow, or broken. Years of data are stood in for by `pg_sleep`, which takes the
 * same time on every machine; to the service it is a statement like any other.
 */
import { Router } from 'express';
import { z } from 'zod';

import type { Pool } from '../database/pool.ts';
import { requirePermission } from '../http/authentication.ts';

const yearNumber = z.coerce.number().int().min(1970).max(9999);

export function reportRoutes(pool: Pool): Router {
  const router = Router();
  router.use(requirePermission('run-reports'));

  /** One slow query, of about 300 ms. */
  router.get('/roles', async (...[, response]) => {
    const { rows } = await pool.query(
      `SELECT role, count(*)::int AS users, 'directory' AS source FROM users, pg_sleep(0.3)
       WHERE source = 'directory' GROUP BY role`,
    );
    response.json(rows);
  });

  /** Four quarters, one after the other: no statement is slower than the report above, the endpoint is. */
  router.get('/years/:year', async (request, response) => {
    const year = yearNumber.parse(request.params.year);
    const quarters: unknown[] = [];
    for (const quarter of [1, 2, 3, 4]) {
      const { rows } = await pool.query(
        'SELECT $1::int AS year, $2::int AS quarter, count(*)::int AS users FROM users, pg_sleep(0.3)',
        [year, quarter],
      );
      // Nobody waits for the rest.
      if (response.destroyed) return;
      quarters.push(rows[0]);
    }
    response.json(quarters);
  });

  /** Fails: its table went away with a migration. What the database says of it is not for the client's eyes. */
  router.get('/archive', async (...[, response]) => {
    try {
      const { rows } = await pool.query('SELECT * FROM archived_users');
      response.json(rows);
    } catch (cause) {
      throw new Error('the archive report cannot be made', { cause });
    }
  });

  return router;
}
