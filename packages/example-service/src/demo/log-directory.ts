/** The directory the demo's logs go to: one that the service will be able to write, before anything is started. */
import { access, constants, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { Complaint } from './complaint.ts';

/** Makes the directory if it is missing; its absolute path. Throws a `Complaint` if it, or a log in it, cannot be written. */
export async function prepareLogDirectory(directory: string): Promise<string> {
  const path = resolve(directory);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    const logs = (await readdir(path)).filter((name) => name.endsWith('.log'));
    for (const name of logs) await access(join(path, name), constants.R_OK | constants.W_OK);
    return path;
  } catch (error) {
    const { code = 'unknown error', path: culprit = path } = error as NodeJS.ErrnoException;
    throw new Complaint({
      code: 'DEMO_DIRECTORY',
      what: `cannot write log files in ${JSON.stringify(path)}: ${code} at ${JSON.stringify(culprit)}`,
      why:
        code === 'EEXIST' || code === 'ENOTDIR'
          ? 'a file is in the way, and the seven files need a directory'
          : 'the service would write its files elsewhere, and there would be nothing to show',
      remedy: 'name a directory that you may write: npm run demo -- --dir "$(mktemp -d)"',
      exitCode: 2,
      cause: error,
    });
  }
}
