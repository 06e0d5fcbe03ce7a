/** Products in the database, and the findings about them that somebody has taken note of. */
import type { Database } from '../database/pool.ts';

export interface NewProduct {
  readonly name: string;
  readonly vendor: string;
}

export interface Product extends NewProduct {
  readonly id: number;
}

export class Products {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<Product[]> {
    const { rows } = await this.#database.query<Product>(
      'SELECT id, name, vendor FROM products ORDER BY id LIMIT 10000',
    );
    return rows;
  }

  async create(products: readonly NewProduct[]): Promise<Product[]> {
    const { rows } = await this.#database.query<Product>(
      `INSERT INTO products (name, vendor) SELECT * FROM unnest($1::text[], $2::text[]) RETURNING id, name, vendor`,
      [products.map(({ name }) => name), products.map(({ vendor }) => vendor)],
    );
    return rows;
  }

  /** The product before and after; undefined if there is none with that id. */
  async update({
    id,
    name,
    vendor,
  }: Product): Promise<{ readonly before: Product; readonly after: Product } | undefined> {
    const { rows } = await this.#database.query<NewProduct>(
      'UPDATE products SET name = $2, vendor = $3 WHERE id = $1 RETURNING old.name, old.vendor',
      [id, name, vendor],
    );
    return rows[0] && { before: { id, ...rows[0] }, after: { id, name, vendor } };
  }

  async delete(ids: readonly number[]): Promise<Product[]> {
    const { rows } = await this.#database.query<Product>(
      'DELETE FROM products WHERE id = ANY($1) RETURNING id, name, vendor',
      [ids],
    );
    return rows;
  }

  /** Whether that has changed anything. */
  async acknowledge(id: number, finding: string): Promise<boolean> {
    const { rowCount } = await this.#database.query(
      'INSERT INTO acknowledgements (product_id, finding) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [id, finding],
    );
    return rowCount === 1;
  }

  async unacknowledge(id: number, finding: string): Promise<boolean> {
    const { rowCount } = await this.#database.query(
      'DELETE FROM acknowledgements WHERE product_id = $1 AND finding = $2',
      [id, finding],
    );
    return rowCount === 1;
  }
}
