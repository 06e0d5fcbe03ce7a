/** Where the seven files are, by the rule the original has had: an explicit directory, else a part of the storage, else the system's. */
import { join, resolve } from 'node:path';

export interface LogDirectories {
  readonly directory: string;
  /** Takes the files that cannot be opened in `directory`. */
  readonly fallbackDirectory: string;
}

const systemDirectory = '/var/log/sentrikat';

/** `workingDirectory` is the application's, to which relative paths belong. */
export function logDirectories(
  variables: { readonly LOG_DIR: string | undefined; readonly STORAGE_ROOT: string | undefined },
  workingDirectory: string,
): LogDirectories {
  const { LOG_DIR, STORAGE_ROOT } = variables;
  const chosen = LOG_DIR ?? (STORAGE_ROOT === undefined ? systemDirectory : join(STORAGE_ROOT, 'logs'));
  return { directory: resolve(workingDirectory, chosen), fallbackDirectory: join(workingDirectory, 'logs') };
}
