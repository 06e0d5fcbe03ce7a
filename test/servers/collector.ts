/**
 * The collector of this project for a test, started through its entrypoint as an operator would: `startCollector({ … })`, and `stop()`
 * afterwards. It has free ports of 127.0.0.1 and a folder of its own for its queues, which a restart finds again.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildCollector } from '../../collector/build.ts';
import { freePort } from './free-port.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

export interface CollectorServer {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  /** Where its queues and checkpoints are. */
  readonly stateFolder: string;
  /** Of the process that was started last. */
  pid(): number;
  /** Of its own metrics, the sum over all label sets that have these labels; 0 where there is none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** What it has printed last, since it was started last. */
  output(): string;
  /** Milliseconds that it took to end in good order, as an operator ends it; its state is kept. */
  shutDown(): Promise<number>;
  /** Ends it as an accident would. */
  kill(): Promise<void>;
  /** Starts it again, on the same ports and with the same state. */
  start(): Promise<void>;
  /** Stops it; its state is removed. May be called more than once. */
  stop(): Promise<void>;
}

/** Why there is no collector here; undefined where there is one. Root on Linux is to have one: for them it throws the reason. */
export function noCollector(): string | undefined {
  const { status } = spawnSync('go', ['version']);
  if (status === 0) return undefined;
  if (process.platform === 'linux' && process.getuid?.() === 0)
    throw new Error('the collector is built with Go, which is not here');
  return 'needs Go, with which the collector is built';
}

/** Where the test does not say otherwise. */
const quick = { SENTRIKAT_COLLECTOR_FSYNC: 'false' };

/**
 * Builds it where that is needed, which takes minutes where nothing is built yet. `environment` names its destinations; `extraConfig`
 * is merged into its configuration, for what takes too long by the clock of an operator; `wrapper` goes before its command.
 */
export async function startCollector(
  environment: Readonly<Record<string, string>>,
  extraConfig: object = {},
  wrapper: readonly string[] = [],
): Promise<CollectorServer> {
  const { entrypoint, configFolder } = buildCollector(() => {});
  const stateFolder = await mkdtemp(join(tmpdir(), 'collector-'));
  const [otlp, health, metrics] = [await freePort(), await freePort(), await freePort()];
  const extra = join(stateFolder, 'extra.yaml');
  // JSON is YAML.
  await writeFile(extra, JSON.stringify(extraConfig));
  const variables = {
    PATH: process.env['PATH'],
    SENTRIKAT_COLLECTOR_CONFIG_DIR: configFolder,
    SENTRIKAT_COLLECTOR_STATE_DIR: stateFolder,
    SENTRIKAT_COLLECTOR_OTLP_ENDPOINT: `127.0.0.1:${otlp}`,
    SENTRIKAT_COLLECTOR_HEALTH_ENDPOINT: `127.0.0.1:${health}`,
    SENTRIKAT_COLLECTOR_METRICS_ENDPOINT: `127.0.0.1:${metrics}`,
    SENTRIKAT_COLLECTOR_EXTRA_CONFIG: extra,
    ...quick,
    ...environment,
  };
  let server: ServerProcess | undefined;

  async function start(): Promise<void> {
    const [command = entrypoint, ...args] = [...wrapper, entrypoint];
    server = startProcess(command, args, { env: variables });
    await server.untilReady(() => answers(`http://127.0.0.1:${health}/`), 30_000);
  }

  async function stop(): Promise<void> {
    await server?.end('SIGKILL');
    await rm(stateFolder, { recursive: true, force: true });
  }

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint: `http://127.0.0.1:${otlp}`,
    stateFolder,
    pid: () => server?.pid ?? Number.NaN,
    metric: async (name, labels = {}) => sum(await text(`http://127.0.0.1:${metrics}/metrics`), name, labels),
    output: () => server?.output() ?? '',
    async shutDown() {
      const since = performance.now();
      await server?.end('SIGTERM');
      return performance.now() - since;
    },
    kill: async () => server?.end('SIGKILL'),
    start,
    stop,
  };
}

/** Puts the templates into Elasticsearch, as an operator does once; throws, with what was said, where that fails. */
export function bootstrap(environment: Readonly<Record<string, string>>): void {
  const { entrypoint, configFolder } = buildCollector(() => {});
  const env = { PATH: process.env['PATH'], SENTRIKAT_COLLECTOR_CONFIG_DIR: configFolder, ...environment };
  const { status, stderr } = spawnSync(entrypoint, ['bootstrap'], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(stderr);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Of lines in Prometheus' text format: `name{label="value",…} number`. */
function sum(exposition: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  let total = 0;
  for (const line of exposition.split('\n')) {
    const match = /^([a-z_]+)(\{.*\})? (\S+)$/.exec(line);
    if (match?.[1] !== name || !wanted.every((label) => match[2]?.includes(label))) continue;
    total += Number(match[3]);
  }
  return total;
}
