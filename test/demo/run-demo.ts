/** What the demos that need more than the example service have in common: signals, what is released at the end, and how they fail. */
import { constants } from 'node:os';

import { Screen } from '../../packages/example-service/src/demo/screen.ts';

export interface Stage {
  readonly screen: Screen;
  /** Ends the demo at any moment. */
  readonly signal: AbortSignal;
  /** At the end, however it ends; what came last goes first. */
  onEnd(release: () => Promise<void> | void): void;
}

/** Says on standard error, and with the exit code, what went wrong; when it is told to stop, nothing has. */
export async function runDemo(demonstrate: (stage: Stage) => Promise<void>): Promise<void> {
  const releases: (() => Promise<void> | void)[] = [];
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort(name));
  try {
    await demonstrate({
      screen: new Screen(process.stdout, process.env),
      signal: stopping.signal,
      onEnd: (release) => releases.unshift(release),
    });
  } catch (error) {
    if (!stopping.signal.aborted) {
      const { message } = error as Error;
      // What is already in the product's form says why, and what to do.
      const isComplaint = /^[A-Z_]+: /.test(message);
      process.stderr.write(
        isComplaint
          ? `${message}\n`
          : `DEMO_FAILED: ${message}\n  why   the demo shows nothing that it has not seen\n  do    npm run demo -- --help\n`,
      );
      process.exitCode = 1;
    }
  } finally {
    for (const release of releases) await release();
    if (stopping.signal.aborted) process.exitCode = 128 + constants.signals[stopping.signal.reason as NodeJS.Signals];
  }
}
