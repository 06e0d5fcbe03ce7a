/** The image of deploy/docker/Dockerfile, built, and containers of it as an operator runs them. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort } from '../servers/free-port.ts';
import { baseImages, buildWords } from './base-images.ts';
import { engine, findEngine, plainOrConfined, type Engine } from './engine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dockerfile = join(root, 'deploy/docker/Dockerfile');
const tag = 'localhost/sentrikat-example-service:test';

export interface ServiceImage {
  readonly engine: Engine;
  readonly tag: string;
}

export interface ServiceContainer {
  readonly url: string;
  /** Runs a command in it, as the root that the engine starts commands as. */
  exec(...command: readonly string[]): Promise<string>;
  /** What it has printed. */
  output(): Promise<string>;
  /** Sends SIGTERM, as `docker stop` does, and resolves with its exit status. */
  stop(): Promise<number>;
  /** Ends it, if it still runs, and removes it. */
  remove(): Promise<void>;
}

/** Takes two minutes the first time; then what has not changed is taken from the engine's own store. */
export async function buildServiceImage(progress: (text: string) => void): Promise<ServiceImage> {
  const name = findEngine();
  if (name === undefined) {
    throw new Error(
      'ENGINE_NOT_FOUND: neither "docker" nor "podman" can be run\n  why   the image is built and run by one of them\n  do    apt-get install podman',
    );
  }
  const found = engine(name);
  const args = buildWords(await baseImages(found, dockerfile, progress));
  progress('The image is built (the first time takes two minutes)');
  // Podman's own format has no HEALTHCHECK.
  const format = name === 'podman' ? ['--format=docker'] : [];
  await plainOrConfined(found, 'build', (words) =>
    found.run('build', ...words, ...format, ...args, '--file', dockerfile, '--tag', tag, root),
  );
  return { engine: found, tag };
}

export interface ContainerOptions {
  readonly databaseUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further words of `docker run`. */
  readonly words?: readonly string[];
}

/** Its root file system is read-only, and its default directory of logs is in memory. Resolves when the service listens. */
export async function startContainer(
  image: ServiceImage,
  { databaseUrl, env = {}, words = [] }: ContainerOptions,
): Promise<ServiceContainer> {
  const { run, printed } = image.engine;
  const port = await freePort();
  const all = { DATABASE_URL: databaseUrl, HOST: '127.0.0.1', PORT: String(port), TICK_SECONDS: '1', ...env };
  const set = Object.entries(all).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const readOnly = ['--read-only', '--tmpfs=/var/log/sentrikat', '--tmpfs=/app/logs', '--tmpfs=/var/lib/sentrikat'];
  // The host's network, since the database listens there alone.
  const network = '--network=host';
  const id = `sentrikat-${randomUUID()}`;
  const remove = () => run('rm', '--force', id);
  await plainOrConfined(image.engine, 'run', async (more) => {
    try {
      await run('run', '--detach', `--name=${id}`, network, ...more, ...readOnly, ...set, ...words, image.tag);
    } catch (error) {
      // One that could not be started is there all the same.
      await remove();
      throw error;
    }
  });
  const container: ServiceContainer = {
    url: `http://127.0.0.1:${port}`,
    exec: (...command) => run('exec', id, ...command),
    output: () => printed('logs', id),
    async stop() {
      await run('stop', '--time=20', id);
      return Number(await run('inspect', '--format={{.State.ExitCode}}', id));
    },
    async remove() {
      await remove();
    },
  };
  try {
    await untilListening(container);
    return container;
  } catch (error) {
    await container.remove();
    throw error;
  }
}

async function untilListening(container: ServiceContainer): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const output = await container.output();
    if (/^listening on /m.test(output)) return;
    if (performance.now() > deadline) throw new Error(`the service in the container does not listen: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
