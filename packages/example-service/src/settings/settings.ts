/** Settings in the database: a key and any JSON value. */
import type { Database } from '../database/pool.ts';

/** A change; what is absent did not exist. */
export interface SettingChange {
  readonly before?: SettingValue | undefined;
  readonly after: SettingValue;
}

export type SettingValue = string | number | boolean;

export class Settings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<Record<string, SettingValue>> {
    const { rows } = await this.#database.query<{ key: string; value: SettingValue }>(
      'SELECT key, value FROM settings ORDER BY key',
    );
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  async put(key: string, value: SettingValue): Promise<SettingChange> {
    const { rows } = await this.#database.query<{ before: SettingValue | null }>(
      `INSERT INTO settings (key, value) VALUES ($1, $2)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value
       RETURNING old.value AS before`,
      [key, JSON.stringify(value)],
    );
    return { before: rows[0]?.before ?? undefined, after: value };
  }

  /** What the setting was; undefined if there was none. */
  async delete(key: string): Promise<SettingValue | undefined> {
    const { rows } = await this.#database.query<{ value: SettingValue }>(
      'DELETE FROM settings WHERE key = $1 RETURNING value',
      [key],
    );
    return rows[0]?.value;
  }
}
