/** Seals the second factors with the new key that the old one has sealed; both come from the environment. */
import { security } from '@sentrikat/instrumentation/security';

import type { Pool } from '../database/pool.ts';
import { seal, unseal } from './sealed.ts';

export async function rotateKey(pool: Pool, key: Buffer, before: Buffer): Promise<void> {
  const { rows } = await pool.query<{ id: number; sealed: Buffer }>(
    'SELECT id, mfa_secret AS sealed FROM users WHERE mfa_secret IS NOT NULL',
  );
  let count = 0;
  for (const { id, sealed } of rows) {
    const secret = unseal(sealed, before);
    if (secret === undefined) continue;
    await pool.query('UPDATE users SET mfa_secret = $2 WHERE id = $1 AND mfa_secret = $3', [
      id,
      seal(secret, key),
      sealed,
    ]);
    count += 1;
  }
  if (count > 0) security.record({ event: 'crypto.key_rotated', details: `${count} second factors` });
}
