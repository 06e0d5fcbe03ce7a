/** `npm run kubernetes`: builds an API server where there is none yet, and runs the tests that need one, here for sure. */
import { runTests } from '../instruments/run-tests.ts';
import { buildKubernetes, noKubernetes } from '../servers/kubernetes.ts';

if (noKubernetes() !== undefined) {
  process.stderr.write('Building an API server of Kubernetes (once); seven minutes on two processors…\n');
  buildKubernetes();
}
runTests(['test/deploy/kubernetes']);
