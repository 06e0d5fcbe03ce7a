/** For services that run as a cluster: `@sentrikat/instrumentation/worker`. */
import cluster from 'node:cluster';

import { SeverityNumber } from '@opentelemetry/api';

import { isMarked, mark } from './marks.ts';
import { ownLogger } from './own-logger.ts';

/** What each worker says once, in application.log and on standard output. Operators count these lines. */
const workerLine = 're-initialized DB pool + logging';

/**
 * Runs what a worker has to set up anew (its database pool, say), and then, in a worker of a cluster under the preload,
 * writes the line that tells the operator so: once per process, however often this is called.
 *
 * Hooks run one after the other, in a primary and in a single process too, where there is no line.
 *
 * @throws whatever a hook throws; the line is not written then.
 * @example
 * await onWorkerStart(async () => { await pool.query('SELECT 1'); });
 */
export async function onWorkerStart(...hooks: readonly (() => unknown)[]): Promise<void> {
  for (const hook of hooks) await hook();
  if (!cluster.isWorker || !isMarked('preload') || isMarked('worker-line')) return;
  mark('worker-line');
  ownLogger('application').emit({
    eventName: 'worker.started',
    severityNumber: SeverityNumber.INFO,
    severityText: 'INFO',
    body: workerLine,
    attributes: { 'process.pid': process.pid },
  });
  print(`${workerLine}\n`);
}

/** Not by `console`, which may be recorded itself. That nobody reads standard output any more is no reason to end. */
function print(text: string): void {
  process.stdout.write(text, (error) => {
    if (error) process.stdout.once('error', () => {});
  });
}
