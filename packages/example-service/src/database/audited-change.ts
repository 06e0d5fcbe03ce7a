/**
 * A change of the database and its line in the audit trail: both, or neither. The line is on the disk before the change is committed,
 * so there is no change without one; a line whose change the database then refuses to commit is what remains possible.
 */
import { audit, type AuditEntry } from '@sentrikat/instrumentation/audit';

import type { Database, Pool } from './pool.ts';

/** Undefined from `change`: there was nothing to change, and there is nothing to record. */
export async function auditedChange<Result>(
  pool: Pool,
  change: (database: Database) => Promise<Result | undefined>,
  entryOf: (result: Result) => AuditEntry,
): Promise<Result | undefined> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    await client.query('BEGIN');
    const result = await change(client);
    if (result !== undefined) await audit.record(entryOf(result));
    await client.query('COMMIT');
    isBroken = false;
    return result;
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => (isBroken = false),
      // The connection is what is broken, and closing it rolls back as well.
      () => {},
    );
    throw error;
  } finally {
    client.release(isBroken);
  }
}
