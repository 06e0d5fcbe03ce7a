/** The service as an operator starts it: a program of its own, with the one flag that gives it the log files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ServiceOptions {
  readonly databaseUrl: string;
  readonly logDirectory: string;
  readonly workers: number;
  readonly adminPassword: string;
  /** Ends the wait for the service, and the service with it. */
  readonly signal: AbortSignal;
}

export interface Service {
  readonly url: string;
  /** Settles when the service has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** What the service has written to its standard error so far, at most the last 64 Ki characters. */
  complaints(): string;
  /** Ends it in order. May be called more than once. */
  stop(): Promise<void>;
}

const startWithinMillis = 60_000;
const maxOutput = 64 * 1024;

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
const keeper = fileURLToPath(new URL('keep.ts', import.meta.url));
const command = [process.execPath, '--require', '@sentrikat/instrumentation/register', 'src/server.ts'];

/** Resolves when all workers listen; rejects, with what it printed, when the service ends before. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const child = spawn(process.execPath, [keeper, ...command], {
    cwd: packageFolder,
    // A process group of its own: Ctrl-C reaches the demo alone, which then ends service and database in order.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: options.databaseUrl,
      HOST: '127.0.0.1',
      PORT: '0',
      WORKERS: String(options.workers),
      TICK_SECONDS: '1',
      ADMIN_PASSWORD: options.adminPassword,
      LOG_DIR: options.logDirectory,
    },
  });
  // Ending a service that is already gone is no error.
  child.stdin.on('error', () => {});
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]
      .setEncoding('utf8')
      .on('data', (text: string) => (output[name] = (output[name] + text).slice(-maxOutput)));
  const ended = once(child, 'close').then(() => undefined);

  const deadline = performance.now() + startWithinMillis;
  while (child.exitCode === null && performance.now() < deadline && !options.signal.aborted) {
    const url = /^listening on (\S+),/m.exec(output.stdout)?.[1];
    if (url !== undefined) return { url, ended, complaints: () => output.stderr, stop };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await stop();
  options.signal.throwIfAborted();
  throw new Error(`the service does not start:\n${output.stderr}${output.stdout}`.trimEnd());

  async function stop(): Promise<void> {
    child.stdin.end();
    await ended;
  }
}
