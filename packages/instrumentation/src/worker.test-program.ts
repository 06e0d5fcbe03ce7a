/** A primary and its workers, each of which sets itself up: `node worker.test-program.ts BEHAVIOUR`. Records go to standard error. */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { writeSync } from 'node:fs';

import { logs } from '@opentelemetry/api';

import { harmlessLoggerProvider } from './pipeline/harmless-logger-provider.ts';
import { createLogsSdk } from './pipeline/logs.test-sdk.ts';
import { mark } from './marks.ts';
import { onWorkerStart } from './worker.ts';

const [behaviour = ''] = process.argv.slice(2);

const behaviours: Readonly<Record<string, () => Promise<void>>> = {
  'sets up': () => onWorkerStart(say('first'), say('second')),
  'sets up nothing': () => onWorkerStart(),
  'sets up twice': async () => {
    await Promise.all([onWorkerStart(say('first')), onWorkerStart(say('second'))]);
    await onWorkerStart(say('third'));
  },
  'fails first': async () => {
    await onWorkerStart(say('first'), () => Promise.reject(new Error('no database')), say('never')).catch(
      (error: unknown) => writeSync(2, `${String(error)}\n`),
    );
    await onWorkerStart(say('again'));
  },
  'has frozen its globals': () => {
    Object.freeze(globalThis);
    return onWorkerStart();
  },
  'has no preload': () => onWorkerStart(say('first')),
};

if (behaviour !== 'has no preload') mark('preload');
const sdk = createLogsSdk();
logs.setGlobalLoggerProvider(harmlessLoggerProvider(sdk.provider));
await behaviours[behaviour]!();
for (const { body, eventName, severityText, instrumentationScope, attributes } of sdk.records()) {
  const isOwn = attributes['process.pid'] === process.pid;
  const { name, attributes: scope } = instrumentationScope;
  writeSync(2, `${JSON.stringify([body, eventName, severityText, name, scope, isOwn])}\n`);
}
if (cluster.isPrimary) {
  await Promise.all([cluster.fork(), cluster.fork()].map((worker) => once(worker, 'exit')));
} else cluster.worker?.disconnect();

function say(what: string): () => Promise<void> {
  return async () => {
    await Promise.resolve();
    writeSync(2, `${cluster.isWorker ? 'worker' : 'primary'} ${what}\n`);
  };
}
