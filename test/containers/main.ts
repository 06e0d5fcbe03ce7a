/** `npm run containers`: the tests that start the stack of Compose and the pods of Kubernetes for real, which take minutes. */
import { runTests } from '../instruments/run-tests.ts';
import { goBuilt } from '../servers/go-program.ts';
import { buildKubernetes, kubelet } from '../servers/kubernetes.ts';

process.stderr.write('What is missing of Kubernetes is built first (once); up to ten minutes on two processors…\n');
buildKubernetes();
goBuilt(kubelet);
// One after the other: both have a Docker with the same images.
runTests(['--maxWorkers=1', 'test/deploy/compose-stack', 'test/deploy/pods'], { TEST_CONTAINERS: 'wanted' });
