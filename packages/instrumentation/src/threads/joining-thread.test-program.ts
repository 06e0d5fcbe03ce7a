/**
 * A thread without the preload records by the APIs: `node joining-thread.test-program.ts ENVIRONMENT`, that of the thread as JSON. Prints what
 * the main thread has taken, and what the thread was told.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

import { audit } from '../audit.ts';
import { security } from '../security.ts';
import { ThreadRecords } from './thread-records.ts';

if (isMainThread) await main(JSON.parse(process.argv[2]!) as NodeJS.ProcessEnv);
else await record();

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const taken: unknown[] = [];
  const records = new ThreadRecords({
    provider: { getLogger: () => ({ enabled: () => true, emit: ({ body }) => void taken.push(body) }) },
    writeDurably: async (emit) => emit(),
    secretKeys: {},
    failClosed: true,
  });
  const thread = new Worker(new URL(import.meta.url), { env });
  const [told] = (await once(thread, 'message')) as [unknown];
  records.takeAll();
  process.stdout.write(JSON.stringify({ told, taken }));
}

async function record(): Promise<void> {
  security.record({ event: 'authz.denied', user: 'bob' });
  const told = await audit.record({ action: 'DELETE', resource: 'users', target: 7 }).then(
    () => 'recorded',
    ({ code }: { code: string }) => code,
  );
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is no window
  parentPort!.postMessage(told);
}
