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
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cached } from './cache.ts';
import { makeCertificate } from './certificate.ts';
import { freePort } from './free-port.ts';
import { run } from './run.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

export interface ElasticsearchServer {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  /** What clients have to trust, in PEM, where it has users. */
  readonly certificateFile: string;
  /** Once it resolves, connections are made and nothing is answered. */
  pause(): Promise<void>;
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

export const elasticsearchVersion = '9.2.0';
const oldestJava = 21;
/** The server refuses to be run by root. The number is that of nobody, on any Linux. */
const nobody = { uid: 65_534, gid: 65_534 };

/** Why there is no Elasticsearch here; undefined where there is one. Root on Linux is to have one: for them it throws the reason. */
export function noElasticsearch(): string | undefined {
  try {
    javaHome();
    elasticsearchDistribution();
    return undefined;
  } catch (error) {
    if (process.platform === 'linux' && process.getuid?.() === 0) throw error;
    return `needs Elasticsearch: ${(error as Error).message.split('\n', 1).join()}`;
  }
}

export interface ElasticsearchOptions {
  /** Over TLS, for those alone who have a password. Default: neither. */
  readonly users?: readonly User[];
}

interface User {
  readonly name: string;
  readonly password: string;
  /** In the form of `roles.yml`, or `superuser`. https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/defining-roles */
  readonly role: 'superuser' | Readonly<Record<string, unknown>>;
}

/** Resolves when the server answers; rejects, with what it printed, when it cannot be started. */
export async function startElasticsearch({ users = [] }: ElasticsearchOptions = {}): Promise<ElasticsearchServer> {
  const isRoot = process.getuid?.() === 0;
  const folder = await mkdtemp(join(tmpdir(), 'elasticsearch-'));
  const pidFile = join(folder, 'pid');
  const [port, transportPort] = [await freePort(), await freePort()];
  const isSecure = users.length > 0;
  const temporary = join(folder, 'temporary');
  const url = `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}`;
  const environment = {
    PATH: process.env['PATH'],
    ES_JAVA_HOME: javaHome(),
    // Else it makes folders for itself at each start, and leaves them; the second is for what starts it.
    ES_TMPDIR: temporary,
    CLI_JAVA_OPTS: `-Djava.io.tmpdir=${temporary}`,
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
    await server.untilReady(() => isNode(url, name, users[0]), 120_000);
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
    await cp(elasticsearchDistribution(), folder, { recursive: true });
    await writeFile(join(folder, 'config/elasticsearch.yml'), configurationFor(port, transportPort, isSecure));
    await mkdir(temporary);
    await chmod(folder, 0o700);
    if (isSecure) await secure(folder, users, environment);
    if (isRoot) run('chown', ['-R', `${nobody.uid}:${nobody.gid}`, folder]);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    port,
    certificateFile: join(folder, 'config/certificate.pem'),
    async pause() {
      await server?.pause();
    },
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

/** A certificate, and users with roles of their own, in the realm that is made of files. */
async function secure(folder: string, users: readonly User[], environment: NodeJS.ProcessEnv): Promise<void> {
  makeCertificate(join(folder, 'config'));
  const roles = users.flatMap(({ name, role }) => (role === 'superuser' ? [] : [[`${name}-role`, role]]));
  // JSON is YAML.
  await writeFile(join(folder, 'config/roles.yml'), JSON.stringify(Object.fromEntries(roles)));
  for (const { name, password, role } of users) {
    const roleName = role === 'superuser' ? role : `${name}-role`;
    const program = join(folder, 'bin/elasticsearch-users');
    run(program, ['useradd', name, '-p', password, '-r', roleName], folder, environment);
  }
}

function configurationFor(port: number, transportPort: number, isSecure: boolean): string {
  const security = isSecure
    ? `xpack.security.enabled: true
xpack.security.enrollment.enabled: false
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: key.pem
xpack.security.http.ssl.certificate: certificate.pem`
    : 'xpack.security.enabled: false';
  return `cluster.name: test
discovery.type: single-node
network.host: 127.0.0.1
http.port: ${port}
transport.port: ${transportPort}
${security}
# Tests say how full the disk is, not the machine they run on.
cluster.routing.allocation.disk.threshold_enabled: false
`;
}

async function isNode(url: string, name: string, user: User | undefined): Promise<boolean> {
  try {
    await get(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`, user);
    return (await get(`${url}/_cat/nodes?h=name`, user)).trim() === name;
  } catch {
    return false;
  }
}

/** Whether it is the right one its name tells, so nobody asks for its certificate. Rejects for any status but 200. */
async function get(url: string, user: User | undefined): Promise<string> {
  const options = user && { auth: `${user.name}:${user.password}`, rejectUnauthorized: false };
  const asked = (url.startsWith('https:') ? https : http).get(url, options ?? {});
  const [response] = (await once(asked, 'response')) as [http.IncomingMessage];
  const text = Buffer.concat(await response.toArray()).toString();
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${text}`);
  return text;
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
export function elasticsearchDistribution(): string {
  const folder = cached(`elasticsearch-${elasticsearchVersion}`, (empty) => {
    const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${elasticsearchVersion}:zip`;
    const unpack = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack';
    // There, because the plugin leaves a mark of what it did in the folder it is run in.
    run('mvn', ['--quiet', '--batch-mode', unpack, `-Dartifact=${artifact}`, `-DoutputDirectory=${empty}`], empty);
  });
  return join(folder, `elasticsearch-${elasticsearchVersion}`);
}

/** Throws where there is no Java that the server runs on. */
export function javaHome(): string {
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
