/** Refuses what comes too often from one address, which behind a proxy is the proxy's. */
import type { RequestHandler } from 'express';

import { Refusal } from './refusal.ts';
import { RequestLimit } from './request-limit.ts';

/** The preload records the 429 that this leads to. */
export function limitRequests(perMinute: number): RequestHandler {
  const limit = new RequestLimit(perMinute);
  return (...[request, , next]) => {
    if (!limit.admits(request.socket.remoteAddress ?? '', performance.now()))
      throw new Refusal(429, 'too-many-requests', 'Wait a minute.');
    next();
  };
}
