/** The worker processes: as many as were asked for, a new one for each that dies, and an end for all of them. */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';

import { warn } from './events.ts';

/** A worker that keeps dying must not keep the machine busy with its rebirth. */
const restartDelayMillis = 1000;
/** A worker gives open requests 5 s; one that has not ended by now never will. Orchestrators wait 10 s or longer. */
const stopWithinMillis = 8000;

export class Workers {
  #isStopping = false;

  /** The URL where all of them listen, or nothing if they are stopped before. Rejects if one ends before it listens. */
  async start(count: number): Promise<string | undefined> {
    cluster.on('exit', (worker, code, signal) => {
      if (this.#isStopping) return;
      warn(`worker ${worker.process.pid} ended (${signal ?? `exit code ${code}`}), another takes its place`);
      // The next one's end is an event like this one.
      setTimeout(() => this.#isStopping || this.#startOne().catch(() => {}), restartDelayMillis);
    });
    const [url] = await Promise.all(Array.from({ length: count }, () => this.#startOne()));
    return url;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && stopWorker(worker)));
  }

  #startOne(): Promise<string | undefined> {
    const worker = cluster.fork();
    return new Promise((resolve, reject) => {
      worker.once('listening', ({ address, port }) =>
        resolve(`http://${address.includes(':') ? `[${address}]` : address}:${port}`),
      );
      worker.once('exit', (code, signal) =>
        this.#isStopping ? resolve(undefined) : reject(diedEarly(signal ?? `exit code ${code}`)),
      );
    });
  }
}

function diedEarly(how: string): Error {
  return new Error(
    `WORKER_DIED: a worker ended before it listened (${how})\n` +
      `  why   the service does not start with fewer workers than it was asked for\n` +
      `  do    read what the worker wrote above and in error.log`,
  );
}

async function stopWorker(worker: Worker): Promise<void> {
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), stopWithinMillis);
  await ended;
  clearTimeout(timer);
}
