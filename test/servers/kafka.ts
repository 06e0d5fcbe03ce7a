/**
 * A real Kafka for a test, one broker that is its own controller: `startKafka()` in `beforeAll`, `stop()` in `afterAll`. It listens on
 * 127.0.0.1, on free ports, and has a folder of its own. Its jars come from Maven Central, once, into the git-ignored `.cache/`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cached } from './cache.ts';
import { freePort } from './free-port.ts';
import { run } from './run.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

export interface KafkaServer {
  /** `127.0.0.1:port`, for `KAFKA_BROKERS`. */
  readonly broker: string;
  /** Ends it as an accident would; `restart` or `stop` is needed all the same. */
  kill(): Promise<void>;
  /** Starts it again, with the same topics and on the same ports. */
  restart(): Promise<void>;
  /** Stops it; its topics are removed. May be called more than once. */
  stop(): Promise<void>;
}

const version = '4.1.1';

/** Why there is no Kafka here; undefined where there is one. Root on Linux is to have one: for them it throws the reason. */
export function noKafka(): string | undefined {
  try {
    jars();
    return undefined;
  } catch (error) {
    if (process.platform === 'linux' && process.getuid?.() === 0) throw error;
    return `needs Kafka: ${(error as Error).message.split('\n', 1).join()}`;
  }
}

/** Resolves when the broker takes connections of clients; rejects, with what it printed, when it cannot be started. */
export async function startKafka(): Promise<KafkaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const configuration = join(folder, 'server.properties');
  let server: ServerProcess | undefined;

  async function start(): Promise<void> {
    server = startProcess('java', java('kafka.Kafka', configuration), { cwd: folder });
    await server.untilReady(() => server?.output().includes('Kafka Server started') ?? false, 60_000);
  }

  async function stop(): Promise<void> {
    await server?.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await writeFile(configuration, configurationFor(folder, port, controllerPort));
    const id = spawnSync('java', java('kafka.tools.StorageTool', 'random-uuid'), { encoding: 'utf8' }).stdout.trim();
    run('java', java('kafka.tools.StorageTool', 'format', '-t', id, '-c', configuration), folder);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    broker: `127.0.0.1:${port}`,
    kill: async () => server?.end('SIGKILL'),
    restart: start,
    stop,
  };
}

function configurationFor(folder: string, port: number, controllerPort: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, 'data')}
num.partitions=2
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
`;
}

/** The folder of all jars. Throws where there are none and none can be had. */
function jars(): string {
  return cached(`kafka-${version}`, (folder) => {
    const pom = join(folder, 'pom.xml');
    writeFileSync(pom, pomFor(['org.apache.kafka:kafka_2.13', 'org.apache.kafka:kafka-tools'], version));
    const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    run('mvn', ['--quiet', '--batch-mode', '-f', pom, copy, `-DoutputDirectory=${folder}`], folder);
  });
}

function java(...args: readonly string[]): string[] {
  return ['-Xmx256m', '-cp', join(jars(), '*'), ...args];
}

function pomFor(artifacts: readonly string[], of: string): string {
  const dependencies = [
    ...artifacts.map((name) => dependency(name, of)),
    dependency('org.slf4j:slf4j-simple', '1.7.36'),
  ];
  return `<project><modelVersion>4.0.0</modelVersion><groupId>test</groupId><artifactId>kafka</artifactId><version>1</version>
<dependencies>${dependencies.join('')}</dependencies></project>`;
}

function dependency(name: string, release: string): string {
  const [group, artifact] = name.split(':');
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${release}</version></dependency>`;
}
