/** `/trail`: what stands in audit.log, for those who may read it. Whoever does is in it from then on. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { audit } from '@sentrikat/instrumentation/audit';
import { Router } from 'express';

import { requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';

/** The end of the file; for all of it one reads the file itself. */
const maxBytes = 256 * 1024;

export function trailRoutes(logDirectory: string | undefined): Router {
  const router = Router();
  router.use(requirePermission('read-audit'));

  router.get('/', async (...[, response]) => {
    const lines = await lastLines(logDirectory);
    await audit.record({ action: 'READ', resource: 'audit_log', event: 'audit.log.viewed' });
    response.json(lines.map((line) => JSON.parse(line) as unknown));
  });

  router.get('/export', async (...[, response]) => {
    const lines = await lastLines(logDirectory);
    await audit.record({
      action: 'EXPORT',
      resource: 'audit_log',
      event: 'audit.log.exported',
      details: `${lines.length} lines`,
    });
    response
      .attachment('audit.ndjson')
      .type('application/x-ndjson')
      .send(`${lines.join('\n')}\n`);
  });

  return router;
}

async function lastLines(logDirectory: string | undefined): Promise<string[]> {
  if (logDirectory === undefined) throw new Refusal(404, 'not-found', 'This service was not told where its trail is.');
  const file = await open(join(logDirectory, 'audit.log'));
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    // Before the first line end there may be but a part of a line, and after the last there is none yet.
    return lines.slice(start === 0 ? 0 : 1, -1);
  } finally {
    await file.close();
  }
}
