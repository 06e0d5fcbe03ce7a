/** Passwords that are set by way of a mail: forgotten ones, and the first of somebody invited. A token is good for once. */
import { security } from '@sentrikat/instrumentation/security';

import type { Pool } from '../database/pool.ts';
import { failure } from '../events.ts';
import type { Mail } from '../mail.ts';
import { hashPassword } from '../sessions/password.ts';
import { hashToken, newToken } from '../sessions/secret-token.ts';

const validHours = 2;

export class Resets {
  readonly #pool: Pool;
  readonly #mail: Mail;

  constructor(pool: Pool, mail: Mail) {
    this.#pool = pool;
    this.#mail = mail;
  }

  /** Says nothing of whether there is such a user; security.log does. */
  async request(name: string): Promise<void> {
    const { rows } = await this.#pool.query<{ id: number; source: string }>(
      'SELECT id, source FROM users WHERE name = $1',
      [name],
    );
    const [user] = rows;
    if (user?.source !== 'local') {
      const reason = user === undefined ? 'unknown_user' : 'not_local';
      return security.record({ event: 'authn.password.reset_failed', user: name, reason });
    }
    security.record({ event: 'authn.password.reset_requested', user: name });
    await this.send(user.id, name, 'Your new password');
  }

  /** Whether the mail is on its way. */
  async send(userId: number, name: string, subject: string): Promise<boolean> {
    const token = newToken();
    await this.#pool.query(
      'INSERT INTO password_resets (token_hash, user_id, expires_at) VALUES ($1, $2, now() + make_interval(hours => $3))',
      [hashToken(token), userId, validHours],
    );
    try {
      await this.#mail.send(name, subject, token);
      return true;
    } catch (error) {
      security.record({ event: 'authn.password.reset_failed', user: name, reason: 'mail_failed' });
      failure('a mail could not be sent', error);
      return false;
    }
  }

  /** Whether the token was good. Ends the sessions that began with the old password. */
  async complete(token: string, password: string): Promise<boolean> {
    const passwordHash = await hashPassword(password);
    const { rows } = await this.#pool.query<{ userId: number }>(
      `WITH used AS (
         UPDATE password_resets SET used_at = now()
         WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now() RETURNING user_id
       ), ended AS (DELETE FROM sessions USING used WHERE sessions.user_id = used.user_id)
       UPDATE users SET password_hash = $2, must_change_password = false FROM used WHERE id = used.user_id
       RETURNING id AS "userId"`,
      [hashToken(token), passwordHash],
    );
    const [user] = rows;
    if (user === undefined) await this.#explain(token);
    else security.record({ event: 'authn.password.reset', user: user.userId });
    return user !== undefined;
  }

  async #explain(token: string): Promise<void> {
    const { rows } = await this.#pool.query<{ userId: number; isUsed: boolean }>(
      'SELECT user_id AS "userId", used_at IS NOT NULL AS "isUsed" FROM password_resets WHERE token_hash = $1',
      [hashToken(token)],
    );
    const [known] = rows;
    if (known?.isUsed === true) return security.record({ event: 'authn.token.reused', user: known.userId });
    const reason = known === undefined ? 'invalid_token' : 'expired_token';
    security.record({ event: 'authn.password.reset_failed', user: known?.userId, reason });
  }
}
