/**
 * PM2 as an operator uses it: its command, and the daemon that the command starts, with a home that is
 * nobody else's. PM2 is under the AGPL; it is run here as a program, and no part of what is published.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

export interface Pm2Application {
  /** A folder for what PM2 keeps; made here. */
  readonly home: string;
  readonly script: string;
  readonly instances: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface Pm2 {
  /** What the application has printed so far, of all its processes. */
  printed(): string;
  reload(): Promise<void>;
  /** Ends the application and the daemon, once. */
  kill(): Promise<void>;
}

/** Starts an application in cluster mode, under the preload. */
export async function startWithPm2({ home, script, instances, env }: Pm2Application): Promise<Pm2> {
  mkdirSync(home);
  const output = join(home, 'output.log');
  const ecosystem = join(home, 'ecosystem.config.json');
  const application = {
    name: 'application',
    script,
    instances,
    env,
    exec_mode: 'cluster',
    // By its path, as PM2's daemon resolves it, wherever that was started.
    node_args: ['--require', require.resolve('@sentrikat/instrumentation/register')],
    out_file: output,
    error_file: output,
    merge_logs: true,
  };
  writeFileSync(ecosystem, JSON.stringify({ apps: [application] }));
  let killed: Promise<void> | undefined;
  await pm2('start', ecosystem);
  return {
    printed: () => readFileSync(output, 'utf8'),
    reload: () => pm2('reload', 'application'),
    kill: () => (killed ??= pm2('kill')),
  };

  async function pm2(...args: readonly string[]): Promise<void> {
    const { HOME, PATH } = process.env;
    // It would ask the network for its newest version, once a day.
    const settings = { PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true' };
    await run(process.execPath, [require.resolve('pm2/bin/pm2'), ...args], { env: { HOME, PATH, ...settings } });
  }
}
