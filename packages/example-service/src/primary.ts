/** The primary process: migrates, starts the workers and the clock, and stops them when told to. It serves no request itself. */
import type { Configuration } from './configuration.ts';
import { migrate } from './database/migrate.ts';
import { openPool } from './database/pool.ts';
import { DirectoryFile } from './directory/directory-file.ts';
import { Directory } from './directory/directory.ts';
import { note } from './events.ts';
import { rotateKey } from './mfa/rotate-key.ts';
import { startScheduler } from './scheduler.ts';
import { hashPassword } from './sessions/password.ts';
import { onStopSignal } from './stop-signal.ts';
import { Users } from './users/users.ts';
import { Workers } from './workers.ts';

/** Resolves when the service is up; it then runs until a signal. Rejects when it cannot start. */
export async function runPrimary(configuration: Configuration): Promise<void> {
  const { databaseUrl, workers: workerCount, tickMillis, adminPassword, directory } = configuration;
  const pool = openPool(databaseUrl);
  await migrate(pool);
  if (adminPassword !== undefined) await createAdministrator(new Users(pool), adminPassword);

  if (configuration.secretsKey !== undefined && configuration.secretsKeyBefore !== undefined)
    await rotateKey(pool, configuration.secretsKey, configuration.secretsKeyBefore);

  const workers = new Workers();
  const stopScheduler = startScheduler(
    pool,
    directory === undefined ? new DirectoryFile() : new Directory(directory),
    tickMillis,
  );
  onStopSignal(async (signal) => {
    note(`stopping on ${signal}`);
    await Promise.all([workers.stop(), stopScheduler()]);
    await pool.end();
    note('stopped');
  });

  const url = await workers.start(workerCount);
  if (url === undefined) return;
  note(`${workerCount} workers answer at ${url}`);
  process.stdout.write(`listening on ${url}, ${workerCount} workers\n`);
}

async function createAdministrator(users: Users, password: string): Promise<void> {
  const user = await users.createFirst({
    name: 'admin',
    displayName: 'Administrator',
    role: 'administrator',
    passwordHash: await hashPassword(password),
  });
  if (user !== undefined) note('first administrator created, named "admin"');
}
