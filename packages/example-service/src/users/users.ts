/** Users in the database. What leaves this room never holds a password, nor its hash. */
import type { Database } from '../database/pool.ts';
import { hasFreeSeat } from './free-seat.ts';

export interface User {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly source: 'local' | 'directory';
}

export interface NewUser {
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  /** Null: none yet. */
  readonly passwordHash: string | null;
}

/** What may change; absent is unchanged. */
export interface UserChange {
  readonly displayName?: string | undefined;
  readonly role?: string | undefined;
  readonly passwordHash?: string | undefined;
}

const columns = 'id, name, display_name AS "displayName", role, source';

export class Users {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<User[]> {
    const { rows } = await this.#database.query<User>(`SELECT ${columns} FROM users ORDER BY id LIMIT 1000`);
    return rows;
  }

  async find(id: number): Promise<User | undefined> {
    const { rows } = await this.#database.query<User>(`SELECT ${columns} FROM users WHERE id = $1`, [id]);
    return rows[0];
  }

  /** Undefined where the licence allows no more. */
  async create({ name, displayName, role, passwordHash }: NewUser): Promise<User | undefined> {
    const { rows } = await this.#database.query<User>(
      `INSERT INTO users (name, display_name, role, password_hash)
       SELECT $1, $2, $3, $4 WHERE ${hasFreeSeat} RETURNING ${columns}`,
      [name, displayName, role, passwordHash],
    );
    return rows[0];
  }

  /**
   * The user before and after; undefined if there is none with that id. Both come from the statement that changes it.
   * A new password ends the sessions that began with the old one.
   */
  async update(id: number, change: UserChange): Promise<{ readonly before: User; readonly after: User } | undefined> {
    const { rows } = await this.#database.query<{ before: User; after: User }>(
      `WITH ended AS (DELETE FROM sessions WHERE user_id = $1 AND $4::text IS NOT NULL)
       UPDATE users SET
         display_name = coalesce($2, display_name), role = coalesce($3, role), password_hash = coalesce($4, password_hash)
       WHERE id = $1
       RETURNING ${asJson('old')} AS before, ${asJson('new')} AS after`,
      [id, change.displayName, change.role, change.passwordHash],
    );
    return rows[0];
  }

  /** Sets what a deed of an administrator sets. */
  async apply(id: number, assignments: string): Promise<User | undefined> {
    const { rows } = await this.#database.query<User>(
      `UPDATE users SET ${assignments} WHERE id = $1 RETURNING ${columns}`,
      [id],
    );
    return rows[0];
  }

  async delete(id: number): Promise<User | undefined> {
    const { rows } = await this.#database.query<User>(`DELETE FROM users WHERE id = $1 RETURNING ${columns}`, [id]);
    return rows[0];
  }

  /** Creates the first user of an empty database; undefined when there is a user already. */
  async createFirst({ name, displayName, role, passwordHash }: NewUser): Promise<User | undefined> {
    const { rows } = await this.#database.query<User>(
      `INSERT INTO users (name, display_name, role, password_hash)
       SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT FROM users) RETURNING ${columns}`,
      [name, displayName, role, passwordHash],
    );
    return rows[0];
  }
}

function asJson(row: 'old' | 'new'): string {
  const pairs = ['id', 'name', 'display_name', 'role', 'source'].map(
    (column) => `'${column === 'display_name' ? 'displayName' : column}', ${row}.${column}`,
  );
  return `json_build_object(${pairs.join(', ')})`;
}
