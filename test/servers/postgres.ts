/** A real Postgres for a test: `startPostgres()` in `beforeAll`, `stop()` in `afterAll`. The demo starts the same one. */
export { startPostgres, type PostgresServer } from '@sentrikat/example-service/postgres';
