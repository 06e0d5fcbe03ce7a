/** What the environment says about this service, checked once at start. */
import { readFileSync } from 'node:fs';

import { z } from 'zod';

import type { DirectoryConfiguration } from './directory/directory.ts';
import { password } from './sessions/password.ts';

const secretKey = z.base64().transform((text, context) => {
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) context.addIssue('is not 32 bytes');
  return key;
});

const schema = z.object({
  /** `postgres://user:password@host:port/database`. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, hostname: /./ }),
  HOST: z.string().default('127.0.0.1'),
  /** 0 is any free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  WORKERS: z.coerce.number().int().min(1).max(64).default(4),
  /** How often the scheduler expires sessions and reads the directory. */
  TICK_SECONDS: z.coerce.number().positive().max(86_400).default(60),
  /** Gives an empty database its first administrator, `admin`. */
  ADMIN_PASSWORD: password.optional(),
  /** `ldap://host:389` or `ldaps://host:636`: where the users are who are not local. With it, the others of its name are needed. */
  LDAP_URL: z.url({ protocol: /^ldaps?$/, hostname: /./ }).optional(),
  /** Who may search there. Its password stands in the environment or, better, in a file. */
  LDAP_BIND_DN: z.string().optional(),
  LDAP_BIND_PASSWORD: z.string().optional(),
  LDAP_BIND_PASSWORD_FILE: z.string().optional(),
  /** Below it are people (`inetOrgPerson`) and groups (`groupOfNames`). */
  LDAP_BASE_DN: z.string().optional(),
  /** Whether an `ldap:` connection is made a safe one before anything is said on it. */
  LDAP_START_TLS: z.stringbool().default(false),
  /** Where a mail server picks up what is to be sent: one file a mail. Without it nobody can be invited, or reset a password. */
  MAIL_PICKUP_FOLDER: z.string().optional(),
  /** 32 bytes in base64, with which second factors are kept; without it there are none. After a change, the one before. */
  SECRETS_KEY: secretKey.optional(),
  SECRETS_KEY_BEFORE: secretKey.optional(),
  /** The preload's: where audit.log is. Without it nobody can read the trail over HTTP. */
  LOG_DIR: z.string().optional(),
});

export interface Configuration {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly workers: number;
  readonly tickMillis: number;
  readonly adminPassword?: string | undefined;
  /** Absent: there are no users but those of the service and of its file. */
  readonly directory?: DirectoryConfiguration | undefined;
  readonly mailFolder?: string | undefined;
  readonly secretsKey?: Buffer | undefined;
  readonly secretsKeyBefore?: Buffer | undefined;
  readonly logDirectory?: string | undefined;
}

/** Throws with every variable that is missing or wrong; an empty variable is one that is not set. Never quotes a value. */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { data, error } = schema.safeParse(given);
  if (error !== undefined) throw invalid(error.issues.map(({ path, message }) => `${path.join('.')} (${message})`));
  return {
    databaseUrl: data.DATABASE_URL,
    host: data.HOST,
    port: data.PORT,
    workers: data.WORKERS,
    tickMillis: data.TICK_SECONDS * 1000,
    adminPassword: data.ADMIN_PASSWORD,
    directory: directoryOf(data),
    mailFolder: data.MAIL_PICKUP_FOLDER,
    secretsKey: data.SECRETS_KEY,
    secretsKeyBefore: data.SECRETS_KEY_BEFORE,
    logDirectory: data.LOG_DIR,
  };
}

function directoryOf(data: z.infer<typeof schema>): DirectoryConfiguration | undefined {
  if (data.LDAP_URL === undefined) return undefined;
  const { LDAP_URL: url, LDAP_BIND_DN: bindDn, LDAP_BASE_DN: baseDn, LDAP_START_TLS: startTls } = data;
  const bindPassword = data.LDAP_BIND_PASSWORD ?? contentOf(data.LDAP_BIND_PASSWORD_FILE);
  if (bindDn === undefined) throw invalid(['LDAP_BIND_DN (LDAP_URL needs it)']);
  if (bindPassword === undefined || bindPassword === '') throw invalid(['LDAP_BIND_PASSWORD (LDAP_URL needs it)']);
  if (baseDn === undefined) throw invalid(['LDAP_BASE_DN (LDAP_URL needs it)']);
  return { url, bindDn, bindPassword, baseDn, startTls };
}

/** Without the line end that editors put there. */
function contentOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw invalid([`LDAP_BIND_PASSWORD_FILE (cannot be read: ${(error as NodeJS.ErrnoException).code})`]);
  }
}

function invalid(problems: readonly string[]): Error {
  return new Error(
    `CONFIGURATION_INVALID: ${problems.join(', ')}\n` +
      `  why   the service cannot start without a database it can reach and limits it can keep\n` +
      `  do    set DATABASE_URL=postgres://user:password@host:5432/database; the others have defaults`,
  );
}
