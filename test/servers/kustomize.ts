/** What kustomize makes of a folder. It is built from Go sources once, which takes a minute. */
import { spawnSync } from 'node:child_process';

import { goInstalled } from './go-program.ts';

/** Later ones want a later Go than the collector does. */
const kustomize = 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.2';

/** Why there is no kustomize here; undefined where there is one. Root on Linux is to have one: for them it throws the reason. */
export function noKustomize(): string | undefined {
  try {
    goInstalled('kustomize', kustomize);
    return undefined;
  } catch (error) {
    if (process.platform === 'linux' && process.getuid?.() === 0) throw error;
    return `needs kustomize: ${(error as Error).message.split('\n', 1).join()}`;
  }
}

/** Throws, with what kustomize says, for what it does not understand; so it does for what it only warns of. */
export function render(folder: string): string {
  const { stdout, stderr } = spawnSync(goInstalled('kustomize', kustomize), ['build', folder], { encoding: 'utf8' });
  if (stderr !== '') throw new Error(`kustomize build ${folder}: ${stderr}`);
  return stdout;
}
