/** Sessions that have begun: whose they are, and their end. */
import type { Pool } from '../database/pool.ts';
import type { Permission } from '../roles/permissions.ts';
import { mayComeIn } from './account-conditions.ts';
import { hashToken } from './secret-token.ts';

export interface SessionUser {
  readonly id: number;
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** What they have to do before anything else. */
  readonly duty?: Duty | undefined;
}

export type Duty = 'change-password' | 'set-up-mfa';

const dutyOf = `CASE
  WHEN users.must_change_password AND users.source = 'local' THEN 'change-password'
  WHEN users.mfa_required AND users.mfa_since IS NULL THEN 'set-up-mfa'
END`;

export class Sessions {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async userOf(token: string): Promise<SessionUser | undefined> {
    const { rows } = await this.#pool.query<SessionUser>(
      `SELECT users.id, users.name, roles.permissions, ${dutyOf} AS duty
       FROM sessions JOIN users ON users.id = sessions.user_id JOIN roles ON roles.name = users.role
       WHERE sessions.token_hash = $1 AND sessions.expires_at > now() AND NOT awaits_code AND ${mayComeIn}`,
      [hashToken(token)],
    );
    const [user] = rows;
    return user && { ...user, duty: user.duty ?? undefined };
  }

  /** Ends all sessions of a user. Whether there were any. */
  async revoke(userId: number): Promise<boolean> {
    const { rowCount } = await this.#pool.query('DELETE FROM sessions WHERE user_id = $1', [userId]);
    return (rowCount ?? 0) > 0;
  }

  async logout(token: string): Promise<void> {
    await this.#pool.query('DELETE FROM sessions WHERE token_hash = $1', [hashToken(token)]);
  }

  /** Forgets the sessions that are over; returns whose they were. */
  async expire(): Promise<number[]> {
    const { rows } = await this.#pool.query<{ userId: number; hasBegun: boolean }>(
      'DELETE FROM sessions WHERE expires_at <= now() RETURNING user_id AS "userId", NOT awaits_code AS "hasBegun"',
    );
    return rows.filter(({ hasBegun }) => hasBegun).map(({ userId }) => userId);
  }
}
