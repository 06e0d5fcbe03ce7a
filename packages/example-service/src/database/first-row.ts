/** For statements that give one row at most. */
import type { QueryResultRow } from 'pg';

import type { Database } from './pool.ts';

/** Undefined where there is none. */
export async function firstRow<Row extends QueryResultRow>(
  database: Database,
  sql: string,
  values: readonly unknown[],
): Promise<Row | undefined> {
  const { rows } = await database.query<Row>(sql, [...values]);
  return rows[0];
}
