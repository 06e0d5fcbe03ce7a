/** `npm run containers`: the tests that start the stack of Compose and the pods of Kubernetes for real, which take minutes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { goBuilt } from '../servers/go-program.ts';
import { buildKubernetes, kubelet } from '../servers/kubernetes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

process.stderr.write('What is missing of Kubernetes is built first (once); up to ten minutes on two processors…\n');
buildKubernetes();
goBuilt(kubelet);
// One after the other: both have a Docker with the same images.
const args = ['run', '--project=system', '--maxWorkers=1', 'test/deploy/compose-stack', 'test/deploy/pods'];
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, TEST_CONTAINERS: 'wanted' },
});
process.exitCode = status ?? 1;
