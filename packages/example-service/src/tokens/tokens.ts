/** Tokens with which programs act in a user's name. They are known by their beginning, and kept as their SHA-256. */
import type { Pool } from '../database/pool.ts';
import { mayComeIn } from '../sessions/account-conditions.ts';
import { hashToken, newToken } from '../sessions/secret-token.ts';
import type { SessionUser } from '../sessions/sessions.ts';

const beginning = 'api_';

export function isApiToken(token: string): boolean {
  return token.startsWith(beginning);
}

export class Tokens {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async create(userId: number, name: string, days: number): Promise<{ readonly id: number; readonly token: string }> {
    const token = beginning + newToken();
    const { rows } = await this.#pool.query<{ id: number }>(
      `INSERT INTO api_tokens (user_id, name, token_hash, expires_at)
       VALUES ($1, $2, $3, now() + make_interval(days => $4)) RETURNING id`,
      [userId, name, hashToken(token), days],
    );
    return { id: rows[0]?.id ?? 0, token };
  }

  /** Whether there was one of that user's. */
  async revoke(userId: number, id: number): Promise<boolean> {
    const { rowCount } = await this.#pool.query('DELETE FROM api_tokens WHERE id = $1 AND user_id = $2', [id, userId]);
    return rowCount === 1;
  }

  /** Whom it stands for, or why for nobody. */
  async userOf(token: string): Promise<SessionUser | 'unknown' | 'expired' | 'inactive'> {
    const { rows } = await this.#pool.query<SessionUser & { isExpired: boolean; isActive: boolean }>(
      `SELECT users.id, users.name, roles.permissions, expires_at <= now() AS "isExpired",
         ${mayComeIn} AS "isActive"
       FROM api_tokens JOIN users ON users.id = user_id JOIN roles ON roles.name = users.role WHERE token_hash = $1`,
      [hashToken(token)],
    );
    const [user] = rows;
    if (user === undefined) return 'unknown';
    if (user.isExpired) return 'expired';
    return user.isActive ? { id: user.id, name: user.name, permissions: user.permissions } : 'inactive';
  }
}
