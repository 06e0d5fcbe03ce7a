/** What the environment says about this service, checked once at start. */
import { z } from 'zod';

import { password } from './sessions/password.ts';

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
});

export interface Configuration {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly workers: number;
  readonly tickMillis: number;
  readonly adminPassword?: string | undefined;
}

/** Throws with every variable that is missing or wrong; an empty variable is one that is not set. Never quotes a value. */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { data, error } = schema.safeParse(given);
  if (error !== undefined) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.')} (${message})`).join(', ');
    throw new Error(
      `CONFIGURATION_INVALID: ${problems}\n` +
        `  why   the service cannot start without a database it can reach and limits it can keep\n` +
        `  do    set DATABASE_URL=postgres://user:password@host:5432/database; the others have defaults`,
    );
  }
  return {
    databaseUrl: data.DATABASE_URL,
    host: data.HOST,
    port: data.PORT,
    workers: data.WORKERS,
    tickMillis: data.TICK_SECONDS * 1000,
    adminPassword: data.ADMIN_PASSWORD,
  };
}
