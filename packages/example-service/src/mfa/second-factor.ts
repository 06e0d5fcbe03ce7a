/** One-time passwords by time (RFC 6238), each good for once (§5.2). Their secrets are sealed in the database. */
import { security } from '@sentrikat/instrumentation/security';
import { Secret, TOTP } from 'otpauth';

import type { Pool } from '../database/pool.ts';
import { Refusal } from '../http/refusal.ts';
import { seal, unseal } from './sealed.ts';

const periodSeconds = 30;

export class SecondFactor {
  readonly #pool: Pool;
  readonly #key: Buffer | undefined;

  constructor(pool: Pool, key: Buffer | undefined) {
    this.#pool = pool;
    this.#key = key;
  }

  /** The URI that an authenticator reads. It is asked for only after `enable`. */
  async setUp(userId: number, name: string): Promise<string> {
    const key = this.#key;
    if (key === undefined) throw new Refusal(409, 'mfa-off', 'This service has no key to keep second factors with.');
    const secret = new Secret();
    const { rowCount } = await this.#pool.query(
      'UPDATE users SET mfa_secret = $2 WHERE id = $1 AND mfa_since IS NULL',
      [userId, seal(secret.base32, key)],
    );
    if (rowCount === 0) throw new Refusal(409, 'mfa-on', 'There is a second factor already.');
    return new TOTP({ issuer: 'example-service', label: name, secret, period: periodSeconds }).toString();
  }

  /** Undefined if the code is right; else why not, in a word. */
  async check(userId: number, code: string): Promise<'wrong_code' | 'reused_code' | undefined> {
    const { rows } = await this.#pool.query<{ sealed: Buffer | null }>(
      'SELECT mfa_secret AS sealed FROM users WHERE id = $1',
      [userId],
    );
    const sealed = rows[0]?.sealed ?? undefined;
    if (sealed === undefined || this.#key === undefined) return 'wrong_code';
    const secret = unseal(sealed, this.#key);
    if (secret === undefined) {
      security.record({ event: 'crypto.decrypt_failed', user: userId, reason: 'mfa_secret' });
      throw new Error('a second factor was sealed with another SECRETS_KEY');
    }
    const totp = new TOTP({ secret: Secret.fromBase32(secret), period: periodSeconds });
    const delta = totp.validate({ token: code, window: 1 });
    if (delta === null) return 'wrong_code';
    const { rowCount } = await this.#pool.query(
      'UPDATE users SET mfa_last_step = $2 WHERE id = $1 AND mfa_last_step < $2',
      [userId, totp.counter() + delta],
    );
    return rowCount === 0 ? 'reused_code' : undefined;
  }

  async enable(userId: number): Promise<void> {
    await this.#pool.query('UPDATE users SET mfa_since = now() WHERE id = $1 AND mfa_since IS NULL', [userId]);
  }

  async disable(userId: number): Promise<void> {
    await this.#pool.query('UPDATE users SET mfa_secret = NULL, mfa_since = NULL WHERE id = $1', [userId]);
  }
}
