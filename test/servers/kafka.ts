/**
 * A real Kafka for a test: `startKafka()` in `beforeAll`, `stop()` in `afterAll`. Its brokers, which are its controllers as well, listen on
 * 127.0.0.1, on free ports, each in a zone and a folder of its own. Its jars come from Maven Central, once, into the git-ignored `.cache/`.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cached } from './cache.ts';
import { freePort } from './free-port.ts';
import { run } from './run.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

export interface KafkaServer {
  /** `127.0.0.1:port`, of each broker, with commas, for `KAFKA_BROKERS`. */
  readonly brokers: string;
  /** Makes a topic that has a replica on every broker, and takes a record when all of them but one have it. */
  createTopic(name: string, partitions: number): void;
  /** Ends a broker, counted from 0, as an accident would; `restart` or `stop` is needed all the same. */
  kill(broker: number): Promise<void>;
  /** Starts brokers again, with the same topics and on the same ports. */
  restart(...brokers: readonly number[]): Promise<void>;
  /** Stops it; its topics are removed. May be called more than once. */
  stop(): Promise<void>;
}

export const kafkaVersion = '4.1.1';

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

/** Resolves when all brokers take connections of clients; rejects, with what one printed, when it cannot be started. */
export async function startKafka(brokerCount: number): Promise<KafkaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kafka-'));
  const clusterId = randomBytes(16).toString('base64url');
  const nodes: Node[] = [];
  for (let id = 1; id <= brokerCount; id += 1) {
    const own = join(folder, `broker-${id}`);
    await mkdir(own);
    nodes.push({ id, folder: own, port: await freePort(), controllerPort: await freePort() });
  }
  const servers = new Map<Node, ServerProcess>();
  const brokers = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');

  async function start(node: Node): Promise<void> {
    const server = startProcess('java', java('kafka.Kafka', propertiesFile(node)), { cwd: node.folder });
    servers.set(node, server);
    await server.untilReady(() => server.output().includes('Kafka Server started'), 90_000);
  }

  async function stop(): Promise<void> {
    await Promise.all([...servers.values()].map((server) => server.end('SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  }

  try {
    for (const node of nodes) {
      await writeFile(propertiesFile(node), configurationFor(node, nodes));
      const format = ['format', `--cluster-id=${clusterId}`, '--config', propertiesFile(node)];
      run('java', java('kafka.tools.StorageTool', ...format), node.folder);
    }
    await Promise.all(nodes.map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  const nodeOf = (broker: number): Node => {
    const node = nodes[broker];
    if (node === undefined) throw new RangeError(`there is no broker ${broker}`);
    return node;
  };
  return {
    brokers,
    createTopic(name, partitions) {
      const flags = { topic: name, partitions, 'replication-factor': brokerCount, 'bootstrap-server': brokers };
      const own = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
      const inSync = `min.insync.replicas=${Math.max(1, brokerCount - 1)}`;
      run('java', java('org.apache.kafka.tools.TopicCommand', '--create', '--config', inSync, ...own));
    },
    kill: async (broker) => servers.get(nodeOf(broker))?.end('SIGKILL'),
    restart: async (...which) => void (await Promise.all(which.map((broker) => start(nodeOf(broker))))),
    stop,
  };
}

interface Node {
  readonly id: number;
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
}

function propertiesFile({ folder }: Node): string {
  return join(folder, 'server.properties');
}

function configurationFor({ id, folder, port, controllerPort }: Node, all: readonly Node[]): string {
  return `process.roles=broker,controller
node.id=${id}
broker.rack=zone-${id}
controller.quorum.voters=${all.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(',')}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
log.dirs=${join(folder, 'data')}
offsets.topic.replication.factor=${all.length}
offsets.topic.num.partitions=3
group.initial.rebalance.delay.ms=0
# A dead broker is noticed sooner than after 9 s.
broker.session.timeout.ms=5000
broker.heartbeat.interval.ms=1000
`;
}

/** The folder of all jars. Throws where there are none and none can be had. */
function jars(): string {
  return cached(`kafka-${kafkaVersion}`, (folder) => {
    const pom = join(folder, 'pom.xml');
    writeFileSync(pom, pomFor(['org.apache.kafka:kafka_2.13', 'org.apache.kafka:kafka-tools'], kafkaVersion));
    const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    run('mvn', ['--quiet', '--batch-mode', '-f', pom, copy, `-DoutputDirectory=${folder}`], folder);
  });
}

/** Rather compiled quickly than well: no test runs for long enough. */
function java(...args: readonly string[]): string[] {
  return ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars(), '*'), ...args];
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
