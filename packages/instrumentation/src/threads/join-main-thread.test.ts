/** The main thread, in which this runs, has nobody to join; test/preload/worker-threads.test.ts has threads of a real preload. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

async function recorded(threadEnvironment: NodeJS.ProcessEnv): Promise<unknown> {
  const program = `${import.meta.dirname}/joining-thread.test-program.ts`;
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(threadEnvironment)]);
  return JSON.parse(stdout);
}

test('what the APIs record in a thread without the preload goes through the main thread', async () => {
  expect(await recorded({})).toEqual({
    told: 'recorded',
    taken: ['[authz.denied] user:bob ip:-', 'DELETE users:7'],
  });
});

test('a thread that is switched off is told that nothing was recorded, where the process must not do nothing', async () => {
  expect(await recorded({ OTEL_SDK_DISABLED: 'True' })).toEqual({ told: 'AUDIT_NOT_RUNNING', taken: [] });
});
