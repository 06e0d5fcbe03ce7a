/**
 * Builds the collector and its entrypoint once for what they are made of, into the git-ignored `.cache/` of the repository. Go has to
 * be on the machine; everything else comes through its module proxy.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder: string = import.meta.dirname;
const cacheFolder = join(folder, '../.cache/collector');

/** The OpenTelemetry Collector Builder, of the release that builder.yaml names. */
const builder = 'go.opentelemetry.io/collector/cmd/builder@v0.161.0';

export interface BuiltCollector {
  /** `sentrikat-collector`, which starts the collector beside it. */
  readonly entrypoint: string;
  readonly collector: string;
  /** The fragments of configuration. */
  readonly configFolder: string;
}

/**
 * Takes two minutes where nothing is built yet, and says so by `progress`. Throws, with what Go printed, where it cannot be built, and
 * a message of its own where there is no Go.
 */
export function buildCollector(progress: (text: string) => void): BuiltCollector {
  const built = join(cacheFolder, fingerprint());
  if (!existsSync(built)) build(built, progress);
  return {
    entrypoint: join(built, 'sentrikat-collector'),
    collector: join(built, 'otelcol-sentrikat'),
    configFolder: join(folder, 'config'),
  };
}

function build(target: string, progress: (text: string) => void): void {
  checkGo();
  progress('Building the collector (once for these sources); two minutes where Go has compiled none of it before…');
  const partial = `${target}.${randomUUID()}`;
  mkdirSync(partial, { recursive: true });
  try {
    const manifest = join(partial, 'builder.yaml');
    const text = readFileSync(join(folder, 'builder.yaml'), 'utf8');
    writeFileSync(
      manifest,
      text.replace('output_path: ./dist', `output_path: ${partial}`).replaceAll('path: .', `path: ${folder}`),
    );
    go('run', builder, '--config', manifest);
    go('build', '-trimpath', '-ldflags=-s -w', '-o', join(partial, 'sentrikat-collector'), './entrypoint');
    renameSync(partial, target);
  } catch (error) {
    // Another process may have been first.
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Of everything that goes into the two programs. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const sources = globSync(['builder.yaml', 'go.mod', 'go.sum', '**/*.go', 'elasticsearch/**/*.json'], { cwd: folder });
  for (const path of sources.filter((name) => !name.endsWith('_test.go')).toSorted()) {
    hash.update(`${path}\0`).update(readFileSync(join(folder, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

function checkGo(): void {
  if (spawnSync('go', ['version']).status === 0) return;
  throw new Error(
    'GO_NOT_FOUND: "go" cannot be run\n  why   the collector is built from Go sources\n  do    install Go 1.26 or later, or take the image of the collector',
  );
}

function go(...args: readonly string[]): void {
  const { status, error, stderr } = spawnSync('go', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  // Downloads are told as well, one a line, and are not what is wrong.
  const said = (stderr ?? '').split('\n').filter((line) => !line.startsWith('go: downloading'));
  throw new Error(`go ${args.join(' ')}: ${error?.message ?? said.join('\n').trim()}`);
}
