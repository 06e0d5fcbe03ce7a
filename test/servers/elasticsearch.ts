/**
 * A real Elasticsearch for a test: `startElasticsearch()` in `beforeAll`, `stop()` in `afterAll`. One node on 127.0.0.1, on free
 * ports, with a folder of its own.
 *
 * It is the distribution that Elastic makes for integration tests, which Maven has, unpacked once into the git-ignored `.cache/` of
 * the repository. What is not in it: `GET /`, `GET _data_stream`, ILM, ingest processors, Painless, deletes by wildcard, and the types
 * `match_only_text`, `scaled_float`, `constant_keyword` and `wildcard`. It is ready in 10 s, on a busy machine in 60, and takes
 * 750 MB of memory.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cached } from './cache.ts';
import { freePort } from './free-port.ts';
import { run } from './run.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

export interface ElasticsearchServer {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  /** From now on connections are made and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends the server as an accident would; `restart` or `stop` is needed all the same. */
  kill(): Promise<void>;
  /** Ends the server in good order and keeps its data, until `restart` or `stop`. */
  shutDown(): Promise<void>;
  /** Starts the server again, with the same data and on the same port; one that runs is ended in good order first. */
  restart(): Promise<void>;
  /** Stops the server; its data are removed. May be called more than once. */
  stop(): Promise<void>;
}

const version = '9.2.0';
const oldestJava = 21;
/** The server refuses to be run by root. The number is that of nobody, on any Linux. */
const nobody = { uid: 65_534, gid: 65_534 };

/** Why there is no Elasticsearch here; undefined where there is one. Root on Linux is to have one: for them it throws the reason. */
export function noElasticsearch(): string | undefined {
  try {
    javaHome();
    distribution();
    return undefined;
  } catch (error) {
    if (process.platform === 'linux' && process.getuid?.() === 0) throw error;
    return `needs Elasticsearch: ${(error as Error).message.split('\n', 1).join()}`;
  }
}

/** Resolves when the server answers; rejects, with what it printed, when it cannot be started. */
export async function startElasticsearch(): Promise<ElasticsearchServer> {
  const isRoot = process.getuid?.() === 0;
  const folder = await mkdtemp(join(tmpdir(), 'elasticsearch-'));
  const pidFile = join(folder, 'pid');
  const [port, transportPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    PATH: process.env['PATH'],
    ES_JAVA_HOME: javaHome(),
    // Else it makes a folder for itself at each start, and leaves it.
    ES_TMPDIR: join(folder, 'temporary'),
    // Rather compiled quickly than well: no test runs for long enough.
    ES_JAVA_OPTS: '-Xms256m -Xmx512m -XX:TieredStopAtLevel=1',
  };
  let server: ServerProcess | undefined;

  async function start(): Promise<void> {
    // A name that only this start has: who else should answer on this port is not taken for it.
    const name = randomUUID();
    server = startProcess(
      join(folder, 'bin/elasticsearch'),
      ['-p', pidFile, '-E', `node.name=${name}`],
      { env: environment, cwd: folder, ...(isRoot && nobody) },
      () => pidIn(pidFile),
    );
    await server.untilReady(() => isNode(url, name), 120_000);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    await server?.end(signal);
    // An accident leaves it, and its number is then that of nobody, or of somebody else.
    await rm(pidFile, { force: true });
  }

  async function stop(): Promise<void> {
    await end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }

  try {
    // A copy: the user that it runs as may not be let into the repository, and it writes beside its own configuration.
    await cp(distribution(), folder, { recursive: true });
    await writeFile(join(folder, 'config/elasticsearch.yml'), configurationFor(port, transportPort));
    await mkdir(environment.ES_TMPDIR);
    await chmod(folder, 0o700);
    if (isRoot) run('chown', ['-R', `${nobody.uid}:${nobody.gid}`, folder]);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    port,
    pause: () => server?.pause(),
    resume: () => server?.resume(),
    kill: () => end('SIGKILL'),
    shutDown: () => end('SIGTERM'),
    async restart() {
      await end('SIGTERM');
      await start();
    },
    stop,
  };
}

function configurationFor(port: number, transportPort: number): string {
  return `cluster.name: test
discovery.type: single-node
network.host: 127.0.0.1
http.port: ${port}
transport.port: ${transportPort}
xpack.security.enabled: false
# Tests say how full the disk is, not the machine they run on.
cluster.routing.allocation.disk.threshold_enabled: false
`;
}

async function isNode(url: string, name: string): Promise<boolean> {
  try {
    const health = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`);
    const nodes = await fetch(`${url}/_cat/nodes?h=name`);
    return health.ok && (await nodes.text()).trim() === name;
  } catch {
    return false;
  }
}

/** The program that is started is one that starts another, and ends when that does. */
function pidIn(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Throws where there is none and none can be had. */
function distribution(): string {
  const folder = cached(`elasticsearch-${version}`, (empty) => {
    const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip`;
    const unpack = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack';
    // There, because the plugin leaves a mark of what it did in the folder it is run in.
    run('mvn', ['--quiet', '--batch-mode', unpack, `-Dartifact=${artifact}`, `-DoutputDirectory=${empty}`], empty);
  });
  return join(folder, `elasticsearch-${version}`);
}

/** Throws where there is no Java that the server runs on. */
function javaHome(): string {
  const { ES_JAVA_HOME: own, JAVA_HOME: usual } = process.env;
  const folders = [own, usual].filter((folder) => folder !== undefined && folder !== '');
  const programs = [...folders.map((folder) => `${folder}/bin/java`), 'java', ...globSync('/usr/lib/jvm/*/bin/java')];
  const found = programs.map(javaAt).find(({ release }) => release >= oldestJava);
  if (found !== undefined) return found.home;
  throw new Error(`no Java from ${oldestJava} on in ES_JAVA_HOME, JAVA_HOME, PATH or /usr/lib/jvm`);
}

/** Of release 0 where there is none. */
function javaAt(program: string): { home: string; release: number } {
  const { stderr } = spawnSync(program, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
  const property = (name: string) => new RegExp(`^ *${name} = (.*)$`, 'm').exec(stderr ?? '')?.[1];
  return { home: property('java.home') ?? '', release: Number(property('java.specification.version') ?? 0) };
}
