/** Runs a program to its end, in this folder or here; throws, with what it printed, when it fails or is not there. */
import { spawnSync } from 'node:child_process';

export function run(command: string, args: readonly string[], folder?: string, env?: NodeJS.ProcessEnv): void {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: folder, env });
  if (status !== 0) {
    // Some programs report their failures on their standard output.
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? (stderr.trim() || stdout.trim())}`);
  }
}
