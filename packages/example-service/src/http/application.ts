/** The service's HTTP face: which room answers which path. */
import { expressErrors } from '@sentrikat/instrumentation/errors';
import express, { type Express } from 'express';

import type { Pool } from '../database/pool.ts';
import type { Directory } from '../directory/directory.ts';
import { groupRoutes } from '../directory/group-routes.ts';
import { reportRoutes } from '../reports/report-routes.ts';
import { roleRoutes } from '../roles/role-routes.ts';
import { Sessions } from '../sessions/sessions.ts';
import { sessionRoutes } from '../sessions/session-routes.ts';
import { settingRoutes } from '../settings/setting-routes.ts';
import { userRoutes } from '../users/user-routes.ts';
import { answerError } from './answer-error.ts';
import { identify } from './authentication.ts';
import { Refusal } from './refusal.ts';

export function createApplication(pool: Pool, directory?: Directory): Express {
  const sessions = new Sessions(pool, directory);
  const application = express();
  application.disable('x-powered-by');
  application.get('/health', async (...[, response]) => {
    await pool.query('SELECT 1');
    response.json({ status: 'ok' });
  });
  application.use(express.json({ limit: '64kb' }), identify(sessions));
  application.use('/session', sessionRoutes(sessions));
  application.use('/users', userRoutes(pool));
  application.use('/roles', roleRoutes(pool));
  application.use('/settings', settingRoutes(pool));
  application.use('/directory/groups', groupRoutes(pool));
  application.use('/reports', reportRoutes(pool));
  application.use(() => {
    throw new Refusal(404, 'not-found', 'There is nothing at this path.');
  });
  application.use(answerError, expressErrors());
  return application;
}
