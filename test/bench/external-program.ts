/** Programs that contestants need and npm does not install. Where one is missing, its contestants are skipped, and the page says so. */
import { spawnSync } from 'node:child_process';

export interface ExternalProgram {
  readonly name: string;
  /** Undefined where it is not installed. */
  readonly find: () => InstalledProgram | undefined;
}

export interface InstalledProgram {
  /** Absent where nobody starts it by that. */
  readonly path?: string;
  readonly version: string;
}

/** Found by asking it, because what is first on the PATH may be a script that looks for an interpreter each time. */
export const python: ExternalProgram = {
  name: 'python3',
  find: remembering(() => askForItself('python3', ['-c', 'import sys; print(sys.executable, sys.version.split()[0])'])),
};

/** Undefined where there is no such command, or where it does not answer with a path and a version. */
export function askForItself(command: string, args: readonly string[]): InstalledProgram | undefined {
  const { stdout } = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [, path, version] = /^(.+) (\S+)\n$/.exec(stdout ?? '') ?? [];
  return path === undefined || version === undefined ? undefined : { path, version };
}

/** What it takes to find a program may be much: it is looked for once. */
export function remembering<Value>(find: () => Value): () => Value {
  let found: { readonly value: Value } | undefined;
  return () => (found ??= { value: find() }).value;
}
