/**
 * For the build: the licences of what is bundled, which their own terms want to be handed on. One file beside the code, with each
 * package's name, version and licence text.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Rolldown } from 'tsdown';

export function thirdPartyLicenses(fileName: string): Rolldown.Plugin {
  return {
    name: 'third-party-licenses',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
      const folders = new Set(modules.flatMap((path) => packageFolder.exec(path)?.[0] ?? []));
      this.emitFile({
        type: 'asset',
        fileName,
        source: [...folders]
          .toSorted()
          .map(licenceOf)
          .join(`\n${'-'.repeat(80)}\n\n`),
      });
    },
  };
}

const packageFolder = /^.*\/node_modules\/(@[^/]+\/)?[^/]+(?=\/)/;

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const texts = globSync('{LICENSE,LICENCE,NOTICE}{,.md,.txt}', { cwd: folder }).map((file) =>
    readFileSync(join(folder, file), 'utf8'),
  );
  return `${name} ${version}, ${license}\n\n${texts.join('\n')}`;
}
