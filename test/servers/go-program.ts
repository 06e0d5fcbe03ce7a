/** Programs in Go that are had from the module proxy and built once, into the git-ignored `.cache/` of the repository. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cached, cachePath } from './cache.ts';
import { run } from './run.ts';

/** The program of a package, as in `go install`. Throws where there is no Go, or no way to its sources. */
export function goInstalled(name: string, packageAtVersion: string): string {
  const folder = cached(`${name}-${packageAtVersion.split('@')[1]}`, (empty) =>
    run('go', ['install', packageAtVersion], empty, { ...process.env, GOBIN: empty }),
  );
  return join(folder, name);
}

/** Where the sources of a module are, which Go has brought here and verified. */
export function goModule(moduleAtVersion: string): { readonly folder: string; readonly goMod: string } {
  const env = { ...process.env, GOFLAGS: '-mod=mod' };
  const text = execFileSync('go', ['mod', 'download', '-json', moduleAtVersion], { encoding: 'utf8', env });
  const { Dir: folder, GoMod: goMod } = JSON.parse(text) as { Dir: string; GoMod: string };
  return { folder, goMod };
}

export interface GoProgram {
  /** Of the folder in the cache, and of the program in it. */
  readonly name: string;
  readonly version: string;
  /** Its own text, or the package that it is. */
  readonly main: { readonly text: string } | { readonly package: string };
  /** Asked for only when it has to be built. */
  readonly goMod: () => string;
}

/** A program for which there is no package to install, or one that `go install` refuses. Its go.sum is made, against the checksum database. */
export function goBuilt({ name, version, main, goMod }: GoProgram): string {
  const folder = cached(`${name}-${version}`, (empty) => {
    if ('text' in main) writeFileSync(join(empty, 'main.go'), main.text);
    writeFileSync(join(empty, 'go.mod'), goMod());
    const env = { ...process.env, GOFLAGS: '-mod=mod' };
    run('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', name, 'text' in main ? '.' : main.package], empty, env);
  });
  return join(folder, name);
}

export function isBuilt({ name, version }: GoProgram): boolean {
  return existsSync(cachePath(`${name}-${version}`));
}
