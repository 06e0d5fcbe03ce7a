/** What tests have of others, made once and kept in the git-ignored `.cache/` of the repository. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cacheFolder = fileURLToPath(new URL('../../.cache/', import.meta.url));

/** What takes longest to make, waits for others that do, and a slow machine. */
const longestWaitMillis = 60 * 60_000;

/** Where the folder of this name is, or would be. */
export function cachePath(name: string): string {
  return join(cacheFolder, name);
}

/**
 * The folder of this name. Where there is none, `fill` gets an empty one; only when it has returned is it the folder of this name,
 * so that nobody ever sees half of one.
 */
export function cached(name: string, fill: (folder: string) => void): string {
  const folder = cachePath(name);
  if (!existsSync(folder)) {
    alone(() => {
      if (!existsSync(folder)) make(folder, fill);
    });
  }
  return folder;
}

function make(folder: string, fill: (folder: string) => void): void {
  const partial = `${folder}.${randomUUID()}`;
  mkdirSync(partial, { recursive: true });
  try {
    fill(partial);
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

let isAlone = false;

/**
 * Of all processes one is at it at a time: two would download and compile the same, and apt-get refuses the second. The lock is the
 * kernel's, so whoever dies has given it back. What is made of something else that is cached has it already.
 */
function alone(action: () => void): void {
  if (isAlone) return action();
  mkdirSync(cacheFolder, { recursive: true });
  // Where nothing has to be made, nobody needs to read that SQLite is experimental.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const lock = new DatabaseSync(join(cacheFolder, 'making.lock'), { timeout: longestWaitMillis });
  try {
    lock.exec('BEGIN IMMEDIATE');
    isAlone = true;
    action();
  } finally {
    isAlone = false;
    lock.close();
  }
}
