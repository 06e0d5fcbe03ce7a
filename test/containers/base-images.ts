/**
 * The images that a Dockerfile begins with: those that it names, or, where no registry answers, a Debian of debootstrap with the Node of
 * this workspace. The latter wants root and the package debootstrap, takes a minute, and stays in the engine's own store.
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { run } from '../servers/run.ts';
import type { Engine } from './engine.ts';

/** What `--build-arg` is given; nothing where the public images are to be had. */
export type BuildArguments = Readonly<Record<string, string>>;

const debian = 'localhost/sentrikat-debian:12';
const node = `localhost/sentrikat-node:${process.versions.node}`;

/** What a Dockerfile begins with where nobody says otherwise. */
export function publishedImages(dockerfile: string): BuildArguments {
  const named = readFileSync(dockerfile, 'utf8').matchAll(/^ARG (\w+_IMAGE)=(\S+)$/gm);
  return Object.fromEntries(Array.from(named, ([, variable = '', image = '']) => [variable, image]));
}

/** As words of `build`. */
export function buildWords(images: BuildArguments): string[] {
  return Object.entries(images).flatMap(([variable, image]) => ['--build-arg', `${variable}=${image}`]);
}

export async function baseImages(
  engine: Engine,
  dockerfile: string,
  progress: (text: string) => void,
): Promise<BuildArguments> {
  if (await has(engine, node, debian)) return { NODE_IMAGE: node, RUNTIME_IMAGE: debian };
  try {
    for (const image of Object.values(publishedImages(dockerfile)))
      if (!(await has(engine, image))) await engine.run('pull', image);
    return {};
  } catch (error) {
    if (spawnSync('debootstrap', ['--version']).status !== 0 || process.getuid?.() !== 0) throw error;
  }
  return ownBaseImages(engine, progress);
}

/** Those that nobody has to be asked for. */
export async function ownBaseImages(
  engine: Engine,
  progress: (text: string) => void,
): Promise<Record<'NODE_IMAGE' | 'RUNTIME_IMAGE', string>> {
  if (!(await has(engine, node, debian))) {
    progress('A Debian is made by debootstrap (once; a minute)…');
    const folder = mkdtempSync(join(tmpdir(), 'debian-'));
    try {
      await make(engine, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { NODE_IMAGE: node, RUNTIME_IMAGE: debian };
}

export async function has(engine: Engine, ...images: readonly string[]): Promise<boolean> {
  const found = await Promise.all(images.map((image) => engine.run('images', '--quiet', image)));
  return found.every((ids) => ids !== '');
}

async function make(engine: Engine, folder: string): Promise<void> {
  const root = join(folder, 'root');
  run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root]);
  // Certificate authorities of this machine: what it downloads through may have one of its own.
  const authorities = '/etc/ssl/certs/ca-certificates.crt';
  const own = process.env['NODE_EXTRA_CA_CERTS'] ?? authorities;
  if (existsSync(own)) copyFileSync(own, join(root, authorities));
  rmSync(join(root, 'var/cache/apt'), { recursive: true });
  mkdirSync(join(root, 'var/cache/apt/archives/partial'), { recursive: true });
  await importTree(engine, folder, root, debian);

  copyFileSync(process.execPath, join(root, 'usr/local/bin/node'));
  const packages = join(root, 'usr/local/lib/node_modules');
  mkdirSync(packages, { recursive: true });
  cpSync(npmFolder(), join(packages, 'npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  await importTree(engine, folder, root, node, `ENV=NODE_EXTRA_CA_CERTS=${authorities}`);
}

async function importTree(engine: Engine, folder: string, root: string, image: string, ...changes: readonly string[]) {
  const archive = join(folder, 'root.tar');
  run('tar', ['-C', root, '-cf', archive, '.']);
  const all = ['ENV=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...changes];
  await engine.run('import', ...all.flatMap((change) => ['--change', change]), archive, image);
}

/** Of the npm that is on the PATH, which need not belong to the Node that runs this. */
function npmFolder(): string {
  const { stdout } = spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' });
  return dirname(dirname(realpathSync(stdout.trim())));
}
