/**
 * Users, roles, settings and products over HTTP, from a Postgres: the composition root. One primary process looks after the schema,
 * the clock and its workers; the workers answer requests.
 *
 *     DATABASE_URL=postgres://… node --require @sentrikat/instrumentation/register src/server.ts
 */
import cluster from 'node:cluster';

import { readConfiguration } from './configuration.ts';
import { failure } from './events.ts';
import { runPrimary } from './primary.ts';
import { runWorker } from './worker.ts';

try {
  const configuration = readConfiguration(process.env);
  await (cluster.isPrimary ? runPrimary(configuration) : runWorker(configuration));
} catch (error) {
  failure(`the ${cluster.isPrimary ? 'service' : 'worker'} does not start`, error);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // What is left of a half-started process would keep it alive.
  process.exit(1);
}
