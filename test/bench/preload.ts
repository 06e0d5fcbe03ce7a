/** Our preload, as a process is started with it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** By path, because a measured process runs in a directory where the package's name leads nowhere. */
export const preloadFile: string = fileURLToPath(import.meta.resolve('@sentrikat/instrumentation/register'));

export const preloadFlags: readonly string[] = ['--require', preloadFile];

/** Writes the log files into `directory`. */
export function preloadEnvironment(directory: string): Readonly<Record<string, string>> {
  return { LOG_DIR: directory };
}

/** Throws where the workspace was not built. */
export function requirePreload(): void {
  if (existsSync(preloadFile)) return;
  throw new Error(
    `NOT_BUILT: "${preloadFile}" is missing\n  why   a process cannot be measured with a preload that is not there\n  do    npm run build`,
  );
}
