/** `npm run collector -- ARGS`: the collector's entrypoint, built if need be, with these arguments and this environment. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import { buildCollector, type BuiltCollector } from './build.ts';

start(built());

function built(): BuiltCollector {
  try {
    return buildCollector((text) => process.stderr.write(`${text}\n`));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

function start({ entrypoint, configFolder }: BuiltCollector): void {
  const child = spawn(entrypoint, process.argv.slice(2), {
    stdio: 'inherit',
    env: { SENTRIKAT_COLLECTOR_CONFIG_DIR: configFolder, ...process.env },
  });
  // Ctrl-C reaches the child from the terminal as well; this process only has to outlive it and report its end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
  });
}
