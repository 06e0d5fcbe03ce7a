/** What the manifests and the lockfile promise: one OpenTelemetry, exact versions, packages that hold what they export. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { importsOf } from './tidy/syntax.ts';
import { createSourceFile } from './tidy/source-tree.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: true;
  readonly main?: string;
  readonly types?: string;
  readonly exports?: unknown;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly overrides?: Record<string, string>;
  readonly allowScripts?: Record<string, boolean>;
}

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Record<string, string>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const rootManifest = readJson('package.json') as Manifest;
const folders = [...globSync('packages/*', { cwd: root }), 'test'].filter((folder) =>
  existsSync(join(root, folder, 'package.json')),
);
const manifests = new Map(folders.map((folder) => [folder, readJson(`${folder}/package.json`) as Manifest]));
const published = [...manifests].filter(([, manifest]) => manifest.private !== true);
const locked = Object.entries((readJson('package-lock.json') as { packages: Record<string, LockedPackage> }).packages);
const ourNames = new Set([...manifests.values()].map(({ name }) => name));

/**
 * What only benchmarks and compatibility tests may use. Each is here to be compared with, or to be understood, and none
 * of them may come near a published package.
 */
const visitors: Readonly<Record<string, string>> = {
  '@opentelemetry/api-logs': 'the Logs API of the 0.2xx line, whose records must arrive too',
  '@opentelemetry/auto-instrumentations-node': 'a rival in the benchmarks',
  pino: 'a rival in the benchmarks',
  'pino-roll': 'a rival in the benchmarks',
  winston: 'a rival in the benchmarks',
  verdaccio: 'an application to run unchanged',
  'graphile-worker': 'an application to run unchanged',
};

/** Packages that patch modules or hold global state: two copies of one would not see each other. */
const singletons = /^(@opentelemetry\/.+|import-in-the-middle|require-in-the-middle)$/;

test('every OpenTelemetry package is installed once', () => {
  const copies = locked.filter(([path]) => singletons.test(packageName(path)));
  expect(copies.length).toBeGreaterThan(10);
  const names = copies.map(([path]) => packageName(path));
  const isRepeated = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  const repeated = copies.filter(([path]) => isRepeated(packageName(path)));
  expect(repeated.map(([path, { version }]) => `${path} ${version}`)).toEqual([]);
});

test('the lockfile holds the packages of every platform, not only of the one it was made on', () => {
  const names = new Set(locked.map(([path]) => packageName(path)));
  const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).flatMap((name) => (names.has(name) ? [] : `${path} needs ${name}`)),
  );
  expect(missing, 'make it anew with: npm run lock').toEqual([]);
});

test('the overrides that hold OpenTelemetry together say what the packages say', () => {
  const versions = new Map(locked.map(([path, { version }]) => [path, version]));
  const asked = [...manifests.values()].flatMap((manifest) => Object.entries(allDependencies(manifest)));
  const overrides = Object.entries(rootManifest.overrides ?? {});
  expect(overrides.length).toBeGreaterThan(0);
  expect(overrides.filter(([name, version]) => versions.get(`node_modules/${name}`) !== version)).toEqual([]);
  expect(asked.filter(([name, version]) => (rootManifest.overrides?.[name] ?? version) !== version)).toEqual([]);
});

describe.each([['.', rootManifest] as const, ...manifests])('%s', (...[, manifest]) => {
  test('names one exact version of everything it depends on', () => {
    const loose = Object.entries(allDependencies(manifest)).filter(
      ([, version]) => !/^(npm:[@\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  test('agrees with the others about versions', () => {
    const ours = [...manifests.values()].map(({ name, version }) => ({ [name]: version }));
    const elsewhere = [rootManifest, ...manifests.values()].map(allDependencies);
    const disagreements = [...ours, ...elsewhere].flatMap((versions) =>
      Object.entries(allDependencies(manifest)).filter(([name, version]) => (versions[name] ?? version) !== version),
    );
    expect(disagreements).toEqual([]);
  });
});

test('what is only compared with, or only run, stays in the test workspace', () => {
  const elsewhere = [['.', rootManifest] as const, ...manifests]
    .filter(([folder]) => folder !== 'test')
    .flatMap(([folder, manifest]) =>
      Object.keys(allDependencies(manifest)).flatMap((name) =>
        Object.hasOwn(visitors, name) ? [`${name} in ${folder}`] : [],
      ),
    );
  expect(elsewhere).toEqual([]);
  expect(Object.keys(allDependencies(manifests.get('test')))).toEqual(expect.arrayContaining(Object.keys(visitors)));
});

test('the install scripts that are allowed belong to packages that are installed', () => {
  const names = new Set(locked.map(([path]) => packageName(path)));
  expect(Object.keys(rootManifest.allowScripts ?? {}).filter((name) => !names.has(name))).toEqual([]);
});

describe.each(published)('what is published from %s', (folder, manifest) => {
  const files = packedFiles(folder);

  test('holds every file its exports name', () => {
    const named = exportedPaths(manifest);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((path) => !files.includes(path))).toEqual([]);
  });

  test('holds nothing that its exports do not lead to', () => {
    const reached = reachableFiles(folder, exportedPaths(manifest));
    const code = files.filter((path) => /\.[cm]?[jt]s$/.test(path));
    expect(code.filter((path) => !reached.has(path))).toEqual([]);
    expect(
      files.filter(
        (path) => !path.startsWith('dist/') && !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path),
      ),
    ).toEqual([]);
  });

  test('holds the licence of the repository, and those of what is bundled', () => {
    expect(readFileSync(join(root, folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
    const bundled = files
      .filter((path) => /(?<!\.d)\.[cm]?js$/.test(path))
      .flatMap(
        (path) => readFileSync(join(root, folder, path), 'utf8').match(/^\/\/ (?:\.\.\/)+node_modules\/.*$/gm) ?? [],
      );
    expect(files.includes('dist/THIRD-PARTY-LICENSES.txt')).toBe(bundled.length > 0);
  });

  test('imports at run time only what it depends on', () => {
    const declared = new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
      ...builtinModules,
    ]);
    const foreign = files
      .filter((path) => /(?<!\.d)\.[cm]?js$/.test(path))
      .flatMap((path) => bareImports(folder, path).filter((name) => !name.startsWith('node:') && !declared.has(name)));
    expect([...new Set(foreign)]).toEqual([]);
  });

  test('its types lean on nothing that a user does not get with it', () => {
    const declared = new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
    ]);
    const foreign = files
      .filter((path) => /\.d\.[cm]ts$/.test(path))
      .flatMap((path) => bareImports(folder, path).filter((name) => !name.startsWith('node:') && !declared.has(name)));
    expect([...new Set(foreign)]).toEqual([]);
  });

  test('depends on no private package of this workspace', () => {
    const publishedNames = new Set(published.map(([, { name }]) => name));
    const ours = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter((name) =>
      ourNames.has(name),
    );
    expect(ours.filter((name) => !publishedNames.has(name))).toEqual([]);
  });
});

function packageName(lockfilePath: string): string {
  return lockfilePath.split('node_modules/').at(-1) ?? '';
}

/** Peers are left out: they name a range on purpose. */
function allDependencies(manifest: Manifest | undefined): Record<string, string> {
  return { ...manifest?.dependencies, ...manifest?.devDependencies };
}

/** What `npm publish` would send. */
function packedFiles(folder: string): string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    cwd: join(root, folder),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const answer = JSON.parse(output) as Record<string, { files: { path: string }[] }> | { files: { path: string }[] }[];
  return Object.values(answer).flatMap(({ files }) => files.map(({ path }) => path));
}

/** Every path below `main`, `types` and `exports`, without its leading `./`. */
function exportedPaths({ main, types, exports }: Manifest): string[] {
  const paths = [main, types, ...leaves(exports)].filter((path) => typeof path === 'string');
  return [...new Set(paths.map((path) => path.replace(/^\.\//, '')))];
}

function leaves(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
}

/** The files named, and what they import by a relative path, and so on. Declarations name the `.mjs` beside a `.d.mts`. */
function reachableFiles(folder: string, entries: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const pending = [...entries];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (reached.has(path) || !/\.[cm]?[jt]s$/.test(path)) continue;
    reached.add(path);
    for (const specifier of importedSpecifiers(folder, path)) {
      if (!specifier.startsWith('.')) continue;
      const target = join(path, '..', specifier);
      pending.push(/\.d\.[cm]ts$/.test(path) ? target.replace(/\.([cm])js$/, '.d.$1ts') : target);
    }
  }
  return reached;
}

function bareImports(folder: string, path: string): string[] {
  return importedSpecifiers(folder, path)
    .filter((specifier) => !specifier.startsWith('.'))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
}

function importedSpecifiers(folder: string, path: string): string[] {
  const { syntax, text } = createSourceFile(path, readFileSync(join(root, folder, path), 'utf8'));
  return syntax === undefined ? [] : importsOf(syntax, text).map(({ specifier }) => specifier);
}
