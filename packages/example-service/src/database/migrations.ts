/** The schema as a list of steps, oldest first. A step that has been released is never edited: add another. */
export const migrations: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: '0001-users-and-roles',
    sql: `
      CREATE TABLE roles (
        name text PRIMARY KEY,
        permissions text[] NOT NULL
      );
      INSERT INTO roles VALUES
        ('administrator', '{manage-users,manage-roles,manage-settings,run-reports}'),
        ('analyst', '{run-reports}'),
        ('member', '{}');
      CREATE TABLE users (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        display_name text NOT NULL,
        role text NOT NULL REFERENCES roles ON UPDATE CASCADE,
        source text NOT NULL DEFAULT 'local' CHECK (source IN ('local', 'directory')),
        password_hash text,
        failed_logins integer NOT NULL DEFAULT 0,
        locked_until timestamptz
      )`,
  },
  {
    name: '0002-sessions',
    sql: `
      CREATE TABLE sessions (
        token_hash bytea PRIMARY KEY,
        user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX ON sessions (expires_at)`,
  },
  {
    name: '0003-settings',
    sql: `
      CREATE TABLE settings (
        key text PRIMARY KEY,
        value jsonb NOT NULL
      )`,
  },
  {
    name: '0004-directory',
    sql: `
      ALTER TABLE users ADD deprovisioned_at timestamptz;
      CREATE TABLE directory_groups (
        dn text PRIMARY KEY,
        role text NOT NULL REFERENCES roles ON UPDATE CASCADE,
        position integer GENERATED ALWAYS AS IDENTITY
      );
      INSERT INTO directory_groups (dn, role) VALUES
        ('cn=security,ou=groups,dc=example,dc=org', 'administrator'),
        ('cn=risk,ou=groups,dc=example,dc=org', 'analyst')`,
  },
  {
    name: '0005-accounts',
    sql: `
      ALTER TABLE users
        ADD blocked_at timestamptz,
        ADD must_change_password boolean NOT NULL DEFAULT false,
        ADD mfa_required boolean NOT NULL DEFAULT false,
        ADD mfa_secret bytea,
        ADD mfa_since timestamptz,
        ADD mfa_last_step bigint NOT NULL DEFAULT 0;
      ALTER TABLE sessions ADD awaits_code boolean NOT NULL DEFAULT false;
      CREATE TABLE password_resets (
        token_hash bytea PRIMARY KEY,
        user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );
      CREATE TABLE api_tokens (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
        name text NOT NULL,
        token_hash bytea NOT NULL UNIQUE,
        expires_at timestamptz NOT NULL
      )`,
  },
  {
    name: '0006-teams-and-products',
    sql: `
      CREATE TABLE teams (
        name text PRIMARY KEY,
        disabled boolean NOT NULL DEFAULT false
      );
      CREATE TABLE memberships (
        team text NOT NULL REFERENCES teams ON DELETE CASCADE,
        user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
        role text NOT NULL,
        PRIMARY KEY (team, user_id)
      );
      CREATE TABLE products (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL UNIQUE,
        vendor text NOT NULL
      );
      CREATE TABLE acknowledgements (
        product_id integer NOT NULL REFERENCES products ON DELETE CASCADE,
        finding text NOT NULL,
        PRIMARY KEY (product_id, finding)
      );
      CREATE TABLE documents (
        name text PRIMARY KEY,
        value jsonb NOT NULL
      );
      UPDATE roles SET permissions = permissions || '{manage-products,read-audit}' WHERE name = 'administrator'`,
  },
];
