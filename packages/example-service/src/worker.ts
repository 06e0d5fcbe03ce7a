/** A worker process: its own pool, its own server, and an orderly end. */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import { onWorkerStart } from '@sentrikat/instrumentation/worker';

import type { Configuration } from './configuration.ts';
import { openPool } from './database/pool.ts';
import { note } from './events.ts';
import { createApplication } from './http/application.ts';
import { onStopSignal } from './stop-signal.ts';

/** Requests that are being handled when the worker is told to stop have this long to be answered. */
const graceMillis = 5000;

export async function runWorker(configuration: Configuration): Promise<void> {
  const { databaseUrl, host, port } = configuration;
  const pool = openPool(databaseUrl);
  await onWorkerStart(async () => {
    await pool.query('SELECT 1');
  });
  const server = createServer(createApplication(pool, configuration));
  const unanswered = collectUnanswered(server);
  onStopSignal(async () => {
    await close(server, unanswered);
    await pool.end();
    note(`worker ${process.pid} stopped`);
    cluster.worker?.disconnect();
  });
  server.listen(port, host);
  await once(server, 'listening');
  note(`worker ${process.pid} started`);
}

function collectUnanswered(server: Server): ReadonlySet<ServerResponse> {
  const unanswered = new Set<ServerResponse>();
  server.on('request', (...[, response]) => {
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
  });
  return unanswered;
}

/**
 * Takes no more connections, and lets the answers finish that are being made, within the grace. Connections that wait for
 * a request would go on doing so: `server.close` leaves those alone that have not had one yet.
 */
async function close(server: Server, unanswered: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const deadline = performance.now() + graceMillis;
  while (unanswered.size > 0 && performance.now() < deadline) await wait(20);
  server.closeAllConnections();
  await closed;
}
