/**
 * Docker or Podman, whichever is there: plain first, and with what it takes to run inside a container that has no cgroups to give
 * and a low limit of processes.
 */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

export interface Engine {
  readonly name: 'docker' | 'podman';
  /** Resolves with what it prints on its standard output; rejects, with all that it printed, when it fails. */
  run(...args: readonly string[]): Promise<string>;
  /** The same, with its standard error before it. */
  printed(...args: readonly string[]): Promise<string>;
}

/** Why there is no engine here; undefined where there is one. */
export function noEngine(): string | undefined {
  return findEngine() === undefined ? 'needs docker or podman: apt-get install podman' : undefined;
}

/** Of both the one that answers: a client of docker without its daemon does not. */
export function findEngine(): Engine['name'] | undefined {
  return (['docker', 'podman'] as const).find((name) => spawnSync(name, ['info']).status === 0);
}

const limits: readonly string[] = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000'];
/** Words after `build` and `run` where the plain commands do not do. */
const confined: Readonly<Record<'build' | 'run', readonly string[]>> = {
  build: ['--isolation=chroot', '--network=host', ...limits],
  run: ['--cgroups=disabled', '--no-healthcheck', ...limits],
};

/** `env` is for a daemon that is not the machine's. */
export function engine(name: Engine['name'], env: NodeJS.ProcessEnv = process.env): Engine {
  const prefix = name === 'podman' && process.getuid?.() === 0 ? inOwnMounts(name).flat() : [name];
  return {
    name,
    run: async (...args) => (await execute(name, [...prefix, ...args], env)).stdout,
    async printed(...args) {
      const { stdout, stderr } = await execute(name, [...prefix, ...args], env);
      return stderr + stdout;
    },
  };
}

/** Resolves with what it printed; rejects, with the same below its name, when it fails. */
export async function execute(
  name: string,
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ stdout: string; stderr: string }> {
  try {
    return await promisify(execFile)(command, args, { env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${name}: ${`${stdout}${stderr}`.trim() || message}`, { cause: error });
  }
}

/** Without the second hierarchy of cgroups: where both are mounted it has no controllers, and crun takes it for the first. */
export function inOwnMounts(...words: readonly string[]): [command: string, args: string[]] {
  const script = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"';
  return ['unshare', ['--mount', '--propagation=private', 'sh', '-c', script, 'sh', ...words]];
}

/** What has been seen to do in confinement alone. */
const isConfined = new Set<keyof typeof confined>();

/** Runs `attempt` with nothing, and where that fails with what a confined engine needs; rejects with the latter's reason. */
export async function plainOrConfined<T>(
  { name }: Engine,
  action: keyof typeof confined,
  attempt: (words: readonly string[]) => Promise<T>,
): Promise<T> {
  if (isConfined.has(action)) return attempt(confined[action]);
  try {
    return await attempt([]);
  } catch (error) {
    if (name === 'docker') throw error;
    const result = await attempt(confined[action]);
    isConfined.add(action);
    return result;
  }
}
