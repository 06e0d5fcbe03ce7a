/** A real Postgres for a test: `startPostgres()` in `beforeAll`, `stop()` in `afterAll`. The demo starts the same one. */
import { Pool } from 'pg';

export { startPostgres, type PostgresServer } from '@sentrikat/example-service/postgres';

/**
 * For what a test asks itself. A pool says that it has ended when its connections may still hear that the server does, and hands that on
 * to who listens to the pool; whoever asks is told of errors by the answer.
 */
export function openPool(connectionString: string): Pool {
  return new Pool({ connectionString }).on('connect', (client) => client.on('error', () => {})).on('error', () => {});
}
