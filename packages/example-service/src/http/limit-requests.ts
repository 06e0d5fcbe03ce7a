/** A limit on how often an address may ask within a minute. Each worker counts for itself, so the service allows as many times more. */
import type { RequestHandler } from 'express';

import { Refusal } from './refusal.ts';

const windowMillis = 60_000;

/** The preload records the 429 that this leads to. */
export function limitRequests(perMinute: number): RequestHandler {
  const counts = new Map<string, number>();
  let windowEnd = 0;
  return (...[request, , next]) => {
    const now = performance.now();
    if (now >= windowEnd) {
      // All addresses begin anew together, so the map holds those of one minute at most.
      counts.clear();
      windowEnd = now + windowMillis;
    }
    const address = request.socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    if (count > perMinute) throw new Refusal(429, 'too-many-requests', 'Wait a minute.');
    next();
  };
}
