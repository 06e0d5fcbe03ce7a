/** Roles in the database: a name, and what it allows. */
import type { Database } from '../database/pool.ts';
import type { Permission } from './permissions.ts';

export interface Role {
  readonly name: string;
  readonly permissions: Permission[];
}

export class Roles {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<Role[]> {
    const { rows } = await this.#database.query<Role>('SELECT name, permissions FROM roles ORDER BY name');
    return rows;
  }

  async create({ name, permissions }: Role): Promise<Role> {
    await this.#database.query('INSERT INTO roles (name, permissions) VALUES ($1, $2)', [name, permissions]);
    return { name, permissions };
  }

  /** The role before and after; undefined if there is none of that name. */
  async update({ name, permissions }: Role): Promise<{ readonly before: Role; readonly after: Role } | undefined> {
    const { rows } = await this.#database.query<{ before: Permission[] }>(
      'UPDATE roles SET permissions = $2 WHERE name = $1 RETURNING old.permissions AS before',
      [name, permissions],
    );
    return rows[0] && { before: { name, permissions: rows[0].before }, after: { name, permissions } };
  }

  async delete(name: string): Promise<Role | undefined> {
    const { rows } = await this.#database.query<Role>('DELETE FROM roles WHERE name = $1 RETURNING name, permissions', [
      name,
    ]);
    return rows[0];
  }
}
