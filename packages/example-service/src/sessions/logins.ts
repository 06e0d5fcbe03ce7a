/**
 * Logging in. Five wrong passwords or codes lock an account for half an hour, counted in the database and therefore over all workers.
 * Where there is a second factor, the right password opens a session that only awaits the code.
 */
import type { Pool } from '../database/pool.ts';
import { reasonOf, type Directory } from '../directory/directory.ts';
import { provision } from '../directory/provision.ts';
import { quoted } from '../events.ts';
import { isUnlocked, mayComeIn } from './account-conditions.ts';
import { isPassword } from './password.ts';
import { hashToken, newToken } from './secret-token.ts';

export type LoginResult =
  | {
      /** `code-needed`: the token is good for nothing but the code. */
      readonly type: 'success' | 'code-needed';
      readonly userId: number;
      readonly token: string;
      readonly expiresAt: Date;
      /** Attempts that failed before this one. */
      readonly failures: number;
    }
  | {
      readonly type: 'refused';
      readonly reason: 'unknown_user' | 'locked' | 'inactive' | 'org_disabled' | 'not_provisioned';
    }
  /** The failure that reaches `maxFailures` is the one that locks. */
  | { readonly type: 'wrong-password'; readonly failures: number }
  /** Nobody can say whether the password is right. */
  | { readonly type: 'undecided'; readonly reason: string; readonly cause: unknown };

/** What the directory has said about a login, beyond yes and no. */
export type DirectoryRefusal =
  | { readonly event: 'authn.directory.user_not_found' | 'authn.directory.ambiguous' }
  | { readonly event: 'authn.directory.bind_failed'; readonly reason: string; readonly details: string };

interface Account {
  readonly id: number;
  readonly source: 'local' | 'directory';
  readonly passwordHash: string | null;
  readonly isLocked: boolean;
  readonly isActive: boolean;
  readonly isInDisabledTeam: boolean;
  readonly hasSecondFactor: boolean;
  readonly failures: number;
}

export const maxFailures = 5;
const lockoutMinutes = 30;
const sessionHours = 8;
const codeWithinMinutes = 5;

/** Of the teams somebody is in, if any, all are off. */
const isInDisabledTeam = `coalesce(
  (SELECT bool_and(disabled) FROM memberships JOIN teams ON teams.name = team WHERE user_id = users.id), false)`;

export class Logins {
  readonly #pool: Pool;
  readonly #directory: Directory | undefined;

  /** With a directory, whoever is not a local user logs in with the password they have there. */
  constructor(pool: Pool, directory: Directory | undefined) {
    this.#pool = pool;
    this.#directory = directory;
  }

  /** `onRefusal` hears what the directory has against it. */
  async login(name: string, secret: string, onRefusal: (refusal: DirectoryRefusal) => void): Promise<LoginResult> {
    const account = await this.#find(name);
    if (this.#directory !== undefined && account?.source !== 'local')
      return this.#loginBy(this.#directory, name, secret, account, onRefusal);
    const isRight = await isPassword(secret, account?.passwordHash);
    if (account === undefined) return { type: 'refused', reason: 'unknown_user' };
    return isRight ? this.#open(account) : this.fail(account.id);
  }

  /** Whose code a token of `code-needed` awaits. */
  async awaitingCode(token: string): Promise<number | undefined> {
    const { rows } = await this.#pool.query<{ id: number }>(
      `SELECT users.id FROM sessions JOIN users ON users.id = user_id
       WHERE token_hash = $1 AND expires_at > now() AND awaits_code AND ${mayComeIn} AND ${isUnlocked}`,
      [hashToken(token)],
    );
    return rows[0]?.id;
  }

  /** The code was right: the session begins, under another token. */
  async complete(userId: number, token: string): Promise<LoginResult> {
    const { rows } = await this.#pool.query<{ failures: number }>(
      `WITH used AS (DELETE FROM sessions WHERE token_hash = $1 AND awaits_code RETURNING user_id)
       SELECT failed_logins AS failures FROM users JOIN used ON user_id = id`,
      [hashToken(token)],
    );
    const [user] = rows;
    return user === undefined ? { type: 'refused', reason: 'locked' } : this.#begin(userId, user.failures);
  }

  async #find(name: string): Promise<Account | undefined> {
    const { rows } = await this.#pool.query<Account>(
      `SELECT id, source, password_hash AS "passwordHash", NOT ${isUnlocked} AS "isLocked", ${mayComeIn} AS "isActive",
         ${isInDisabledTeam} AS "isInDisabledTeam", mfa_since IS NOT NULL AS "hasSecondFactor", failed_logins AS failures
       FROM users WHERE name = $1`,
      [name],
    );
    return rows[0];
  }

  /** Who has no account gets one with the first password that the directory takes. */
  async #loginBy(
    directory: Directory,
    name: string,
    secret: string,
    account: Account | undefined,
    onRefusal: (refusal: DirectoryRefusal) => void,
  ): Promise<LoginResult> {
    if (account?.isLocked === true) return { type: 'refused', reason: 'locked' };
    let answer;
    try {
      answer = await directory.identify(name, secret);
    } catch (cause) {
      return { type: 'undecided', reason: `directory_${reasonOf(cause)}`, cause };
    }
    switch (answer.type) {
      case 'not-found':
        onRefusal({ event: 'authn.directory.user_not_found' });
        return { type: 'refused', reason: 'unknown_user' };
      case 'ambiguous':
        onRefusal({ event: 'authn.directory.ambiguous' });
        return { type: 'refused', reason: 'unknown_user' };
      case 'bind-failed':
        onRefusal({ event: 'authn.directory.bind_failed', reason: answer.reason, details: `as ${quoted(answer.dn)}` });
        return account === undefined ? { type: 'refused', reason: 'unknown_user' } : this.fail(account.id);
      case 'person': {
        if (account === undefined) await provision(this.#pool, answer.person);
        const known = account ?? (await this.#find(name));
        return known === undefined ? { type: 'refused', reason: 'not_provisioned' } : this.#open(known);
      }
    }
  }

  async #open({ id, failures, isActive, isInDisabledTeam: isOff, hasSecondFactor }: Account): Promise<LoginResult> {
    if (!isActive) return { type: 'refused', reason: 'inactive' };
    if (isOff) return { type: 'refused', reason: 'org_disabled' };
    if (!hasSecondFactor) return this.#begin(id, failures);
    const token = newToken();
    const { rows } = await this.#pool.query<{ expiresAt: Date }>(
      `INSERT INTO sessions (user_id, token_hash, expires_at, awaits_code)
       SELECT id, $2, now() + make_interval(mins => $3), true FROM users WHERE id = $1 AND ${isUnlocked}
       RETURNING expires_at AS "expiresAt"`,
      [id, hashToken(token), codeWithinMinutes],
    );
    const [session] = rows;
    if (session === undefined) return { type: 'refused', reason: 'locked' };
    return { type: 'code-needed', userId: id, token, failures, ...session };
  }

  async #begin(userId: number, failures: number): Promise<LoginResult> {
    const token = newToken();
    const { rows } = await this.#pool.query<{ expiresAt: Date }>(
      `WITH unlocked AS (
         UPDATE users SET failed_logins = 0, locked_until = NULL WHERE id = $1 AND ${isUnlocked} RETURNING id
       )
       INSERT INTO sessions (user_id, token_hash, expires_at)
       SELECT id, $2, now() + make_interval(hours => $3) FROM unlocked RETURNING expires_at AS "expiresAt"`,
      [userId, hashToken(token), sessionHours],
    );
    const [session] = rows;
    if (session === undefined) return { type: 'refused', reason: 'locked' };
    return { type: 'success', userId, token, failures, ...session };
  }

  /** Counts an attempt that failed. A lock that is over starts the count anew. */
  async fail(userId: number): Promise<LoginResult> {
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
    return counted === undefined ? { type: 'refused', reason: 'locked' } : { type: 'wrong-password', ...counted };
  }
}
