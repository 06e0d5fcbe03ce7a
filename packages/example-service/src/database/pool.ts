/** The pool of a process. Each process opens its own, after it has started: connections do not survive a fork. */
import { Pool, type PoolClient } from 'pg';

import { warn } from '../events.ts';

export type { Pool } from 'pg';
/** What queries go to: any connection, or the one that holds a transaction. */
export type Database = Pool | PoolClient;

/** Connects with the first query, so opening never fails. */
export function openPool(databaseUrl: string): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'example-service',
    max: 5,
    connectionTimeoutMillis: 5000,
    statement_timeout: 30_000,
  });
  // A connection that breaks while nobody uses it is replaced by the next query; without a listener it ends the process.
  pool.on('error', (error) => warn(`an idle database connection broke: ${error.message}`));
  return pool;
}
