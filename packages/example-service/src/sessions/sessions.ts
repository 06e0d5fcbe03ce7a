/**
 * Logging in and staying so. A session is a random token of which the database keeps only the SHA-256, so reading the
 * table gives nobody a session. Five wrong passwords lock an account for half an hour, counted in the database and
 * therefore over all workers.
 */
import { createHash, randomBytes } from 'node:crypto';

import type { Pool } from '../database/pool.ts';
import type { Permission } from '../roles/permissions.ts';
import { isPassword } from './password.ts';

export interface SessionUser {
  readonly id: number;
  readonly name: string;
  readonly permissions: readonly Permission[];
}

export type LoginResult =
  | { readonly type: 'success'; readonly userId: number; readonly token: string; readonly expiresAt: Date }
  | { readonly type: 'unknown-user' }
  | { readonly type: 'locked'; readonly userId: number }
  /** The failure that reaches `maxFailures` is the one that locks. */
  | { readonly type: 'wrong-password'; readonly userId: number; readonly failures: number };

export const maxFailures = 5;
const lockoutMinutes = 30;
const sessionHours = 8;

/**
 * Every statement that decides over a login asks this anew: guesses that are sent at the same time have all begun before
 * the first of them is counted.
 */
const isUnlocked = '(locked_until IS NULL OR locked_until <= now())';

export class Sessions {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async login(name: string, secret: string): Promise<LoginResult> {
    const { rows } = await this.#pool.query<{ id: number; passwordHash: string | null }>(
      'SELECT id, password_hash AS "passwordHash" FROM users WHERE name = $1',
      [name],
    );
    const [user] = rows;
    const isRight = await isPassword(secret, user?.passwordHash);
    if (user === undefined) return { type: 'unknown-user' };
    return isRight ? this.#open(user.id) : this.#fail(user.id);
  }

  async userOf(token: string): Promise<SessionUser | undefined> {
    const { rows } = await this.#pool.query<SessionUser>(
      `SELECT users.id, users.name, roles.permissions
       FROM sessions JOIN users ON users.id = sessions.user_id JOIN roles ON roles.name = users.role
       WHERE sessions.token_hash = $1 AND sessions.expires_at > now()`,
      [hashToken(token)],
    );
    return rows[0];
  }

  async logout(token: string): Promise<void> {
    await this.#pool.query('DELETE FROM sessions WHERE token_hash = $1', [hashToken(token)]);
  }

  /** Forgets the sessions that are over; returns how many. */
  async expire(): Promise<number> {
    const { rowCount } = await this.#pool.query('DELETE FROM sessions WHERE expires_at <= now()');
    return rowCount ?? 0;
  }

  async #open(userId: number): Promise<LoginResult> {
    const token = randomBytes(32).toString('base64url');
    const { rows } = await this.#pool.query<{ expiresAt: Date }>(
      `WITH unlocked AS (
         UPDATE users SET failed_logins = 0, locked_until = NULL WHERE id = $1 AND ${isUnlocked} RETURNING id
       )
       INSERT INTO sessions (user_id, token_hash, expires_at)
       SELECT id, $2, now() + make_interval(hours => $3) FROM unlocked RETURNING expires_at AS "expiresAt"`,
      [userId, hashToken(token), sessionHours],
    );
    const [session] = rows;
    return session === undefined ? { type: 'locked', userId } : { type: 'success', userId, token, ...session };
  }

  /** A lock that is over starts the count anew. */
  async #fail(userId: number): Promise<LoginResult> {
    const { rows } = await this.#pool.query<{ failures: number }>(
      `UPDATE users SET
         failed_logins = CASE WHEN locked_until IS NULL THEN failed_logins + 1 ELSE 1 END,
         locked_until = CASE
           WHEN locked_until IS NULL AND failed_logins + 1 >= $2 THEN now() + make_interval(mins => $3)
         END
       WHERE id = $1 AND ${isUnlocked} RETURNING failed_logins AS failures`,
      [userId, maxFailures, lockoutMinutes],
    );
    const [counted] = rows;
    return counted === undefined ? { type: 'locked', userId } : { type: 'wrong-password', userId, ...counted };
  }
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
