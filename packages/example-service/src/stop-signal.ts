/** Runs `stop` at the first signal that asks the process to end; the process then ends by itself, having nothing left to do. */
import { failure } from './events.ts';

export function onStopSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      // A second signal changes nothing: Ctrl-C reaches a worker from the terminal and again from the primary.
      if (isStopping) return;
      isStopping = true;
      stop(signal).catch((error: unknown) => {
        failure(`the orderly end on ${signal} failed`, error);
        process.exit(1);
      });
    });
}
