/** The images that the pods of deploy/kubernetes are made of, and those around them. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildWords, publishedImages } from './base-images.ts';
import type { Docker } from './docker.ts';
import { pauseImage } from './kubernetes-node.ts';
import { ownImages } from './own-images.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What each is built from. */
const dockerfiles = {
  service: 'deploy/docker/Dockerfile',
  collector: 'deploy/docker/collector.dockerfile',
  rsyslog: 'deploy/docker/rsyslog.dockerfile',
  preload: 'deploy/docker/preload.dockerfile',
  plainService: 'test/containers/fixtures/plain-service/Dockerfile',
  pause: 'test/containers/fixtures/pause/Dockerfile',
} as const;

/** By their names, which none of them shares with what an operator has. */
export type PodImages = Readonly<Record<keyof typeof dockerfiles, string>>;

export async function buildPodImages(docker: Docker, progress: (text: string) => void): Promise<PodImages> {
  const own = docker.isOwn ? await ownImages(docker.engine, progress) : undefined;
  const network = docker.isOwn ? ['--network=host'] : [];
  progress('The images of the pods are built');
  const tags: [name: string, tag: string][] = [];
  for (const [name, dockerfile] of Object.entries(dockerfiles)) {
    const tag = name === 'pause' ? pauseImage : `localhost/sentrikat-${name.toLowerCase()}:pods`;
    const isFixture = dockerfile.startsWith('test/');
    // A fixture is all that it is built from.
    const context = join(root, isFixture ? dirname(dockerfile) : '.');
    // Fixtures name none of their own.
    const args = buildWords(own ?? (isFixture ? publishedImages(join(root, dockerfiles.service)) : {}));
    await docker.engine.run('build', ...network, ...args, '--file', join(root, dockerfile), '--tag', tag, context);
    tags.push([name, tag]);
  }
  return Object.fromEntries(tags) as PodImages;
}
