/**
 * Keeps pages of other sites from acting in the name of whoever looks at them. Browsers say where a request comes from
 * (https://fetch.spec.whatwg.org/#origin-header); programs do not, and have no cookie that could be abused.
 */
import { security } from '@sentrikat/instrumentation/security';
import type { RequestHandler } from 'express';

import { quoted } from '../events.ts';
import { Refusal } from './refusal.ts';

export const refuseForeignOrigin: RequestHandler = (...[request, , next]) => {
  const { origin, host } = request.headers;
  if (origin === undefined || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return next();
  if (URL.parse(origin)?.host === host) return next();
  security.record({ event: 'abuse.csrf_failure', reason: 'foreign_origin', details: `from ${quoted(origin)}` });
  throw new Refusal(403, 'foreign-origin', 'Another site has sent this.');
};
