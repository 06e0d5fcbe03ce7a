/**
 * A Docker with Compose: the machine's own, or else Debian's daemon, unpacked and not installed, with images and a socket of its own
 * that are kept in the git-ignored `.cache/` of the repository. The latter wants root. It leaves the machine's firewall alone, so that
 * its containers reach each other and this machine, and nobody else; what is built there is built in the machine's own network.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cachePath } from '../servers/cache.ts';
import { locate, type Location } from '../servers/debian-package.ts';
import { goBuilt, type GoProgram } from '../servers/go-program.ts';
import { startProcess, type ServerProcess } from '../servers/server-process.ts';
import { engine, execute, inOwnMounts, type Engine } from './engine.ts';

export interface Docker {
  readonly engine: Engine;
  /** The machine's has the registries and the rights that a machine has; the other has neither. */
  readonly isOwn: boolean;
  /** Runs Compose with these words and variables; resolves with what it printed. */
  compose(args: readonly string[], variables: NodeJS.ProcessEnv): Promise<string>;
  /** Ends the daemon, where it is not the machine's. */
  stop(): Promise<void>;
}

const composeModule = 'github.com/docker/compose/v2';
const composeVersion = '2.40.3';
/** The last one that speaks with the daemon that Debian has. Go does not install it: it excludes others' modules. */
const composeProgram: GoProgram = {
  name: 'docker-compose',
  version: composeVersion,
  main: { package: `${composeModule}/cmd` },
  goMod: () => `module compose\n\ngo 1.24.9\n\nrequire ${composeModule} v${composeVersion}\n`,
};

/** Why there is no Docker here; undefined where there is one, or one can be had. */
export function noDocker(): string | undefined {
  if (hasMachineDocker()) return undefined;
  const canRunOne = process.platform === 'linux' && process.getuid?.() === 0 && succeeds('apt-get', '--version');
  return canRunOne && succeeds('go', 'version') ? undefined : 'needs docker with Compose, or root, Go and Debian';
}

function hasMachineDocker(): boolean {
  return succeeds('docker', 'info') && succeeds('docker', 'compose', 'version');
}

function succeeds(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}

/** Resolves when it answers. The first time it is downloaded, and Compose is built, which takes two minutes. */
export async function startDocker(): Promise<Docker> {
  if (!hasMachineDocker()) return startOwnDocker();
  return {
    engine: engine('docker'),
    isOwn: false,
    compose: async (args, variables) =>
      (await execute('docker', ['docker', 'compose', ...args], { ...process.env, ...variables })).stdout,
    stop: async () => {},
  };
}

async function startOwnDocker(): Promise<Docker> {
  const { root } = locateDocker();
  const compose = goBuilt(composeProgram);
  const folder = mkdtempSync(join(tmpdir(), 'docker-'));
  const env = {
    ...process.env,
    PATH: `${root}/usr/bin:${root}/usr/sbin:${process.env['PATH']}`,
    DOCKER_HOST: `unix://${folder}/socket`,
    // Its client still prefers the builder that knows no mounts.
    DOCKER_BUILDKIT: '1',
  };
  const data = cachePath('docker');
  mkdirSync(data, { recursive: true });
  const daemon = startProcess(...inOwnMounts('dockerd', ...daemonFlags(folder, data)), { env });
  try {
    await daemon.untilReady(() => spawnSync('docker', ['info'], { env }).status === 0, 60_000);
  } catch (error) {
    await end(daemon, folder);
    throw error;
  }
  const client = engine('docker', env);
  return {
    engine: client,
    isOwn: true,
    compose: async (args, variables) =>
      (await execute('docker compose', [compose, ...args], { ...env, ...variables })).stdout,
    async stop() {
      // What a change has left behind. The collector's modules, and what was compiled of them, are some gigabytes that are to stay.
      await client.run('image', 'prune', '--force');
      await client.run('builder', 'prune', '--force', '--keep-storage=5GB');
      await end(daemon, folder);
    },
  };
}

async function end(daemon: ServerProcess, folder: string): Promise<void> {
  await daemon.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}

/** Also what Kubernetes needs of it: containerd, and runc. */
export function locateDocker(): Location {
  return locate({
    name: 'docker-engine',
    packages: ['docker.io', 'containerd', 'runc'],
    files: ['usr/sbin/dockerd', 'usr/bin/containerd', 'usr/sbin/runc'],
  });
}

function daemonFlags(folder: string, data: string): string[] {
  const off = ['iptables', 'ip6tables', 'ip-forward', 'ip-masq'].map((feature) => `--${feature}=false`);
  return [
    `--data-root=${data}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'pid')}`,
    `--host=unix://${join(folder, 'socket')}`,
    '--bridge=none',
    ...off,
    // To be spared when memory is short is more than everybody may ask for.
    '--oom-score-adjust=0',
  ];
}
