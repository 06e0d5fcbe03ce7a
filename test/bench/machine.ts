/** The machine and the versions that a measurement belongs to. */
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Name and release of the operating system's kernel. */
  readonly kernel: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown CPU',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    node: process.version,
  };
}

/** The installed version of each npm package, as this workspace resolves it. */
export function installedVersions(packages: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...new Set(packages)].toSorted().map((name) => [name, installedVersion(name)]));
}

function installedVersion(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) {
    throw new Error(
      `PACKAGE_MISSING: "${name}" is not installed\n  why   a contestant of the benchmarks is made with it\n  do    npm install`,
    );
  }
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
