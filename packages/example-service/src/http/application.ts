/** The service's HTTP face: which room answers which path. */
import { expressErrors } from '@sentrikat/instrumentation/errors';
import express, { type Express } from 'express';

import type { Configuration } from '../configuration.ts';
import type { Pool } from '../database/pool.ts';
import { Directory } from '../directory/directory.ts';
import { groupRoutes } from '../directory/group-routes.ts';
import { Mail } from '../mail.ts';
import { mfaRoutes } from '../mfa/mfa-routes.ts';
import { SecondFactor } from '../mfa/second-factor.ts';
import { passwordRoutes } from '../passwords/password-routes.ts';
import { Resets } from '../passwords/resets.ts';
import { productRoutes } from '../products/product-routes.ts';
import { reportRoutes } from '../reports/report-routes.ts';
import { roleRoutes } from '../roles/role-routes.ts';
import { Logins } from '../sessions/logins.ts';
import { Sessions } from '../sessions/sessions.ts';
import { sessionRoutes } from '../sessions/session-routes.ts';
import { documentRoutes } from '../settings/document-routes.ts';
import { settingRoutes } from '../settings/setting-routes.ts';
import { teamRoutes } from '../teams/team-routes.ts';
import { tokenRoutes } from '../tokens/token-routes.ts';
import { Tokens } from '../tokens/tokens.ts';
import { trailRoutes } from '../trail/trail-routes.ts';
import { userRoutes } from '../users/user-routes.ts';
import { answerError } from './answer-error.ts';
import { identify } from './authentication.ts';
import { detectScanner } from './detect-scanner.ts';
import { Refusal } from './refusal.ts';
import { refuseForeignOrigin } from './refuse-foreign-origin.ts';

export function createApplication(pool: Pool, configuration: Configuration): Express {
  const directory = configuration.directory && new Directory(configuration.directory);
  const secondFactor = new SecondFactor(pool, configuration.secretsKey);
  const sessions = new Sessions(pool);
  const logins = new Logins(pool, directory);
  const tokens = new Tokens(pool);
  const resets = new Resets(pool, new Mail(configuration.mailFolder));
  const application = express();
  application.disable('x-powered-by');
  application.get('/health', async (...[, response]) => {
    await pool.query('SELECT 1');
    response.json({ status: 'ok' });
  });
  application.use(detectScanner, refuseForeignOrigin, express.json({ limit: '64kb' }), identify(sessions, tokens));
  application.use('/session', sessionRoutes(sessions, logins, secondFactor));
  application.use('/password', passwordRoutes(pool, resets));
  application.use('/mfa', mfaRoutes(pool, secondFactor));
  application.use('/tokens', tokenRoutes(tokens));
  application.use('/users', userRoutes(pool, resets));
  application.use('/teams', teamRoutes(pool));
  application.use('/roles', roleRoutes(pool));
  application.use('/settings', settingRoutes(pool));
  application.use('/documents', documentRoutes(pool));
  application.use('/products', productRoutes(pool));
  application.use('/trail', trailRoutes(configuration.logDirectory));
  application.use('/directory/groups', groupRoutes(pool));
  application.use('/reports', reportRoutes(pool));
  application.use(() => {
    throw new Refusal(404, 'not-found', 'There is nothing at this path.');
  });
  application.use(answerError, expressErrors());
  return application;
}
