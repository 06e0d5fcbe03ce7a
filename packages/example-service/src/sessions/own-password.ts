/** Before somebody changes what protects their account, they have to show that it is theirs. */
import { firstRow } from '../database/first-row.ts';
import type { Pool } from '../database/pool.ts';
import { isPassword } from './password.ts';

export async function isOwnPassword(pool: Pool, userId: number, secret: string): Promise<boolean> {
  const sql = 'SELECT password_hash AS "passwordHash" FROM users WHERE id = $1';
  const user = await firstRow<{ passwordHash: string | null }>(pool, sql, [userId]);
  return isPassword(secret, user?.passwordHash);
}
