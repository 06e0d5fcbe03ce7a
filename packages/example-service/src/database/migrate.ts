/** Brings the schema up to date. Any number of processes may call this at once: one works, the others wait for it. */
import { note } from '../events.ts';
import { migrations } from './migrations.ts';
import type { Pool } from './pool.ts';

/** A number of our own, so that no other program waits on the same lock. */
const lockKey = 7_365_401;

/** Applies what is missing, each migration in a transaction; returns how many. */
export async function migrate(pool: Pool): Promise<number> {
  const client = await pool.connect().catch(explainRefusal);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
    const applied = new Set(rows.map(({ name }) => name));
    const missing = migrations.filter(({ name }) => !applied.has(name));
    for (const { name, sql } of missing) {
      // One simple query of several statements is one transaction.
      await client.query(`BEGIN; ${sql}; INSERT INTO migrations (name) VALUES ('${name}'); COMMIT`);
      note(`migration "${name}" applied`);
    }
    return missing.length;
  } finally {
    // Closing the session lets go of the lock, and rolls back a migration that failed half-way.
    client.release(true);
  }
}

function explainRefusal(error: Error & { readonly code?: unknown }): never {
  throw new Error(
    `DATABASE_UNREACHABLE: the database of DATABASE_URL refuses a connection (${String(error.code ?? error.message)})\n` +
      `  why   users, roles, settings and sessions are kept there\n` +
      `  do    check that the server runs, and the host, port, user and password in DATABASE_URL`,
    { cause: error },
  );
}
