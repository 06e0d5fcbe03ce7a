/**
 * A small file system of its own at one folder, seen only by the programs that are started in it: to be filled, or made
 * read-only, without anybody else noticing. Linux, and root, since that is who may mount.
 */
import { spawnSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Why there are no private mounts here; undefined where there are. */
export function noPrivateMounts(): string | undefined {
  if (process.platform !== 'linux') return 'mount namespaces are Linux’s';
  const attempt = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { encoding: 'utf8' });
  return attempt.status === 0 ? undefined : `needs root: ${attempt.error?.message ?? attempt.stderr.trim()}`;
}

export interface PrivateMount {
  /** Goes before a command, to run it where the mount is. */
  readonly wrapper: readonly string[];
  /** Where this process finds a file of the mount. */
  outside(path: string): string;
  /** Runs a command where the mount is. */
  run(...command: readonly string[]): void;
  end(): Promise<void>;
}

/** Mounts a tmpfs of `bytes` at `folder`, which must exist. */
export async function mountPrivately(folder: string, bytes: number): Promise<PrivateMount> {
  const holder = spawn(
    'unshare',
    [
      '--mount',
      'sh',
      '-c',
      'mount -t tmpfs -o "size=$1" none "$0" && echo mounted && exec sleep 3600',
      folder,
      String(bytes),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await once(holder.stdout, 'data');
  // Entering a mount namespace leads to its root, where no package is found.
  const wrapper = ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, `--wdns=${import.meta.dirname}`, '--'];
  return {
    wrapper,
    outside: (path) => join(`/proc/${holder.pid}/root`, path),
    run(...command) {
      const [name = '', ...args] = [...wrapper, ...command];
      const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
    },
    async end() {
      holder.kill('SIGKILL');
      await once(holder, 'exit');
    },
  };
}
