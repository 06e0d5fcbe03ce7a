/** `npm run kubernetes`: builds an API server where there is none yet, and runs the tests that need one, here for sure. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { buildKubernetes, noKubernetes } from '../servers/kubernetes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

if (noKubernetes() !== undefined) {
  process.stderr.write('Building an API server of Kubernetes (once); seven minutes on two processors…\n');
  buildKubernetes();
}
const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'system', 'test/deploy/kubernetes'];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
