/**
 * Programs of Debian: as they are installed, or else as apt-get has them, unpacked once into the git-ignored `.cache/` of the
 * repository. Nothing is installed, so that no other server is started and nobody has to be root.
 */
import { globSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { cached } from './cache.ts';
import { run } from './run.ts';

export interface DebianPackages {
  /** Of the folder in the cache. */
  readonly name: string;
  readonly packages: readonly string[];
  /** Paths, or globs, without the first slash, of files that are there when the packages are installed. */
  readonly files: readonly string[];
}

export interface Location {
  /** Of a file system that has the files of the packages. */
  readonly root: string;
  /** Folders of libraries that the programs need to be told of; none where they are installed. */
  readonly libraries: readonly string[];
}

/** Throws where there are none and none can be had. */
export function locate({ name, packages, files }: DebianPackages): Location {
  if (files.every((file) => globSync(join('/', file)).length > 0)) return { root: '/', libraries: [] };
  const root = cached(name, (folder) => unpack(packages, folder));
  return { root, libraries: globSync(join(root, '{usr/,}lib/*-linux-*')) };
}

/** Downloads the packages, and what they need that is not installed. */
function unpack(packages: readonly string[], folder: string): void {
  const archives = join(folder, 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const download = ['install', '--download-only', '--no-install-recommends', '--yes', '--reinstall'];
  const privately = ['-o', 'Debug::NoLocking=1', '-o', `Dir::Cache::archives=${archives}`];
  try {
    run('apt-get', [...download, ...privately, ...packages]);
  } catch (error) {
    // Where apt-get has no lists yet, which is so in images of containers, only root can get them.
    if (process.getuid?.() !== 0) throw error;
    run('apt-get', ['update']);
    run('apt-get', [...download, ...privately, ...packages]);
  }
  for (const archive of globSync(join(archives, '*.deb'))) run('dpkg-deb', ['-x', archive, folder]);
  rmSync(archives, { recursive: true });
}
