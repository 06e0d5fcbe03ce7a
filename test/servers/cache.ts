/** What tests have of others, made once and kept in the git-ignored `.cache/` of the repository. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cacheFolder = fileURLToPath(new URL('../../.cache/', import.meta.url));

/** Where the folder of this name is, or would be. */
export function cachePath(name: string): string {
  return join(cacheFolder, name);
}

/**
 * The folder of this name. Where there is none, `fill` gets an empty one; only when it has returned is it the folder of this name,
 * so that nobody ever sees half of one. Several processes may do this at once: the first one's is kept.
 */
export function cached(name: string, fill: (folder: string) => void): string {
  const folder = cachePath(name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${randomUUID()}`;
  mkdirSync(partial, { recursive: true });
  try {
    fill(partial);
    if (!existsSync(folder)) moveUnlessTaken(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

function moveUnlessTaken(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}
