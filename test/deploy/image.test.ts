/**
 * The image, built and run by docker or podman as an operator runs it: read-only, started as root, and with what the diagnostics of the
 * documentation show. Building it takes minutes the first time.
 */
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres, type PostgresServer } from '@sentrikat/example-service/postgres';
import { concerns } from '@sentrikat/file-exporter';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { noEngine } from '../containers/engine.ts';
import {
  buildServiceImage,
  startContainer,
  type ContainerOptions,
  type ServiceContainer,
  type ServiceImage,
} from '../containers/service-image.ts';
import { linesOf, linesWithBackups, parseAccessLine, parseJsonLines } from '../instruments/log-files.ts';

/** Root, since the files are looked at from outside, where they belong to another user. */
const reason = noEngine() ?? (process.getuid?.() === 0 ? undefined : 'needs root');
const adminPassword = 'an administrator’s';
const workers = 3;
const stranger = 4321;
const own = { ADMIN_PASSWORD: adminPassword, WORKERS: String(workers) };

describe.skipIf(reason !== undefined)(`the image${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let image: ServiceImage;
  let postgres: PostgresServer;
  let container: ServiceContainer | undefined;

  beforeAll(async () => {
    postgres = await startPostgres();
    image = await buildServiceImage(() => {});
  }, 900_000);

  afterEach(async () => {
    await container?.remove();
    container = undefined;
  });

  afterAll(() => postgres?.stop());

  async function start(options: Omit<ContainerOptions, 'databaseUrl'> = {}): Promise<ServiceContainer> {
    container = await startContainer(image, {
      ...options,
      databaseUrl: postgres.url,
      env: { ...own, ...options.env },
    });
    return container;
  }

  describe('as it stands', () => {
    let running: ServiceContainer;

    beforeAll(async () => {
      running = await startContainer(image, { databaseUrl: postgres.url, env: own });
    });

    afterAll(() => running?.remove());

    test('shows with the documented diagnostics whose the files are, that they grow, and that each worker has set itself up', async () => {
      const { url, exec, output } = running;
      const directory = '/var/log/sentrikat';
      const listed = (await exec('ls', '-la', directory)).split('\n').filter((line) => /\.log$| \.$/.test(line));
      expect(listed).toHaveLength(1 + concerns.length);
      expect(listed.filter((line) => !/^\S+ +\d+ sentrikat sentrikat /.test(line))).toEqual([]);

      const lines = async () => {
        const counts = await exec('sh', '-c', `wc -l ${directory}/*.log`);
        return Number(/(\d+) \S+access\.log$/m.exec(counts)?.[1]);
      };
      const before = await lines();
      for (let count = 0; count < 10; count += 1) expect((await fetch(`${url}/health`)).status).toBe(200);
      await expect.poll(lines).toBe(before + 10);

      const started = await exec('grep', 're-initialized DB pool + logging', `${directory}/application.log`);
      expect(started.trim().split('\n')).toHaveLength(workers);
      const printed = await output();
      expect(printed.match(/re-initialized DB pool \+ logging/g)).toHaveLength(workers);
      expect(printed).not.toMatch(/^[A-Z_]+: /m);
    });

    test('runs the service as sentrikat below an init, on a file system that nobody can write to', async () => {
      const { exec } = running;
      expect(await exec('sh', '-c', 'cat /proc/1/comm && stat -c %U /proc/1')).toBe('tini\nsentrikat\n');
      await expect(exec('touch', '/app/x')).rejects.toThrow('Read-only file system');
      expect(await exec('node', '/app/healthcheck.mjs')).toBe('');
    });

    test('has a health check, which fails where nothing answers', async () => {
      const { exec } = running;
      const asked = await image.engine.run('inspect', '--type=image', '--format={{json .}}', image.tag);
      expect(asked).toContain('"/app/healthcheck.mjs"');
      await expect(exec('env', 'PORT=1', 'node', '/app/healthcheck.mjs')).rejects.toThrow('fetch failed');
    });
  });

  test.each(['root', 'sentrikat'])(
    'started as %s loses at SIGTERM nothing that it has answered, in a storage of the host',
    async (user) => {
      const storage = mkdtempSync(join(tmpdir(), 'storage-'));
      try {
        chmodSync(storage, 0o755);
        chownSync(storage, user === 'root' ? stranger : 10_001, stranger);
        const { url, stop } = await start({
          env: { STORAGE_ROOT: '/storage' },
          words: [`--volume=${storage}:/storage`, ...(user === 'root' ? [] : ['--user=10001:10001'])],
        });
        const answered = await askUntilGone(url, stop);
        const logs = join(storage, 'logs');
        expect(statSync(logs)).toMatchObject({ uid: 10_001, gid: 10_001 });
        expect(answered.paths.length).toBeGreaterThan(50);
        const logged = linesWithBackups(logs, 'access').map((line) => parseAccessLine(line).path);
        expect(answered.paths.filter((path) => logged.filter((each) => each === path).length !== 1)).toEqual([]);
        const audited = new Set(
          parseJsonLines(`${linesWithBackups(logs, 'audit').join('\n')}\n`).map(({ message }) => message),
        );
        expect(answered.settings.length).toBeGreaterThan(5);
        expect(
          answered.settings.filter((name) => ![...audited].some((message) => String(message).includes(name))),
        ).toEqual([]);
        expect(answered.exitStatus).toBe(0);
      } finally {
        rmSync(storage, { recursive: true });
      }
    },
  );

  test('falls back where the storage cannot be written, says so, and serves', async () => {
    const storage = mkdtempSync(join(tmpdir(), 'storage-'));
    try {
      const { url, exec, output } = await start({
        env: { STORAGE_ROOT: '/storage' },
        words: [`--volume=${storage}:/storage:ro`],
      });
      expect((await fetch(`${url}/health`)).status).toBe(200);
      expect(await output()).toMatch(/^LOG_DIR_NOT_WRITABLE: 10001:10001 cannot write to "\/storage\/logs" /m);
      expect(await exec('ls', '-la', '/app/logs')).toMatch(/ sentrikat sentrikat .* access\.log$/m);
    } finally {
      rmSync(storage, { recursive: true });
    }
  });

  test('stays with a storage that is full, serves, and writes what has waited when there is room', async () => {
    const { url, exec, output } = await start({
      env: { STORAGE_ROOT: '/storage' },
      words: ['--tmpfs=/storage:size=1m,mode=755'],
    });
    await exec('sh', '-c', 'cat /dev/zero > /storage/ballast || true');
    const paths = Array.from({ length: 200 }, (_, index) => `/full/${index}`);
    for (const path of paths) expect((await fetch(url + path)).status).toBe(404);
    expect(await output()).toContain('ENOSPC');
    await exec('rm', '/storage/ballast');
    const logged = async () => {
      const lines = linesOf(await exec('cat', '/storage/logs/access.log'));
      return lines.map((line) => parseAccessLine(line).path).filter((path) => path.startsWith('/full/'));
    };
    await expect.poll(async () => (await logged()).toSorted(), { timeout: 30_000 }).toEqual(paths.toSorted());
  });
});

interface Answered {
  readonly paths: readonly string[];
  readonly settings: readonly string[];
  readonly exitStatus: number;
}

/** Four clients that ask, and one that changes settings, until the container has been stopped under them. */
async function askUntilGone(url: string, stop: () => Promise<number>): Promise<Answered> {
  const json = { 'content-type': 'application/json' };
  const login = await fetch(`${url}/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ name: 'admin', password: adminPassword }),
  });
  const { token } = (await login.json()) as { token: string };
  const [paths, settings]: [string[], string[]] = [[], []];
  const over = new AbortController();
  const ask = async (client: number) => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      const path = `/users/${client}${String(count).padStart(6, '0')}`;
      const isAnswered = await fetch(url + path)
        .then((response) => response.text())
        .then(
          () => true,
          () => false,
        );
      if (isAnswered) paths.push(path);
    }
  };
  const change = async () => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      const name = `shutdown.${count}.${paths.length}`;
      const request = {
        method: 'PUT',
        headers: { ...json, authorization: `Bearer ${token}` },
        body: JSON.stringify({ value: count }),
      };
      const isDone = await fetch(`${url}/settings/${name}`, request).then(
        (response) => response.ok,
        () => false,
      );
      if (isDone) settings.push(name);
    }
  };
  const clients = [ask(1), ask(2), ask(3), ask(4), change()];
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const exitStatus = await stop();
  over.abort();
  await Promise.all(clients);
  return { paths, settings, exitStatus };
}
