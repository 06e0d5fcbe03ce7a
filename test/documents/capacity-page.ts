/** docs/capacity.md, out of what the benchmark `forward-kafka` has measured last. */
import { readFileSync } from 'node:fs';

import type { ScenarioResults } from '../bench/results.ts';
import { median } from '../bench/statistics.ts';
import { madeFrom, table } from './page-parts.ts';

const rates = [1_000, 10_000, 50_000];
/** Of a core, at the peak: the other half is for what a core does worse than that of the benchmark, and for catching up. */
const share = 0.5;
/** One for each zone. */
const leastGateways = 3;
const leastWriters = 2;
const leastPartitions = 6;
/** What a destination may take to answer a request before partitions, which wait for each, are too few. */
const secondsPerRequest = 0.5;
/** How much worse records may compress than those of the benchmark, which look alike. */
const worseCompression = 4;
/** The largest message: collector/config/kafka.yaml. */
const messageBytes = 900_000;
const secondsPerHour = 3_600;

/** Of a record, as measured. */
interface Costs {
  readonly gatewayMicros: number;
  readonly writerMicros: number;
  readonly queueBytes: number;
  readonly topicBytes: number;
}

interface Capacity {
  readonly gatewayCores: number;
  readonly gateways: number;
  readonly writerCores: number;
  readonly writers: number;
  readonly partitions: number;
  /** Of each gateway. */
  readonly volumeBytesPerHour: number;
  /** Of each replica. */
  readonly topicBytesPerHour: number;
}

/** Pods have one core each. Pure. */
export function capacityFor(recordsPerSecond: number, costs: Costs): Capacity {
  const { gatewayMicros, writerMicros, queueBytes, topicBytes } = costs;
  const coresOf = (micros: number) => (recordsPerSecond * micros) / 1e6;
  // One more than is needed: one may be lost with its node.
  const podsOf = (micros: number, least: number) => Math.max(least, Math.ceil(coresOf(micros) / share) + 1);
  const [gateways, writers] = [podsOf(gatewayMicros, leastGateways), podsOf(writerMicros, leastWriters)];
  const recordsPerSecondOfPartition = messageBytes / queueBytes / secondsPerRequest;
  return {
    gatewayCores: coresOf(gatewayMicros),
    gateways,
    writerCores: coresOf(writerMicros),
    writers,
    partitions: Math.max(leastPartitions, 2 * writers, Math.ceil(recordsPerSecond / recordsPerSecondOfPartition)),
    // The others have to hold what the lost one would, and a queue's file is compacted into a second one.
    volumeBytesPerHour: (2 * recordsPerSecond * queueBytes * secondsPerHour) / (gateways - 1),
    topicBytesPerHour: recordsPerSecond * topicBytes * worseCompression * secondsPerHour,
  };
}

export function capacityPage(): string {
  const results = JSON.parse(
    readFileSync(new URL('../bench/results.json', import.meta.url), 'utf8'),
  ) as ScenarioResults[];
  const measured = results.find(({ scenario }) => scenario === 'forward-kafka');
  const samples = measured?.rows.find(({ contestant }) => contestant === 'ours')?.samples ?? [];
  const figure = (name: string) => median(samples.map((sample) => sample[name] ?? Number.NaN));
  const [toElasticsearch, toSyslog] = [
    figure('elasticsearchWriterMicrosPerRecord'),
    figure('syslogWriterMicrosPerRecord'),
  ];
  const costs: Costs = {
    gatewayMicros: figure('gatewayMicrosPerRecord'),
    writerMicros: toElasticsearch + toSyslog,
    queueBytes: figure('queueBytesPerRecord'),
    topicBytes: figure('topicBytesPerRecord'),
  };
  const rows = rates.map((rate) => {
    const { gatewayCores, writerCores, ...counts } = capacityFor(rate, costs);
    return [
      whole(rate),
      `${counts.gateways} (${gatewayCores.toFixed(2)})`,
      `${counts.writers} (${writerCores.toFixed(2)})`,
      whole(counts.partitions),
      gigabytes(counts.volumeBytesPerHour),
      gigabytes(counts.topicBytesPerHour),
    ];
  });
  return `# How much is needed

${madeFrom('test/bench/results.json')}

With Kafka between gateways and writers, as in deploy/kubernetes/overlays/production-kafka, for the records that the benchmarks send, half of
them lines of access.log and half of audit.log. In parentheses, cores.

${table(['Records a second', 'Gateways', 'Writers', 'Partitions', 'Volume of a gateway, for each hour that Kafka is away', 'Each replica of the topic, for each hour that a destination is'], rows)}

How it is reckoned, from [what was measured](benchmarks.md) on ${measured?.date ?? ''} (${measured?.machine.cpu ?? ''}, ${whole(measured?.machine.cores ?? 0)} cores):

- **Cores** are records a second × CPU µs a record ÷ 1,000,000: ${costs.gatewayMicros.toFixed(0)} µs at a gateway; at a writer ${toElasticsearch.toFixed(0)} µs for Elasticsearch and
  ${toSyslog.toFixed(0)} µs for syslog, which in Kubernetes are one pod.
- **Gateways and writers** are pods that use half of one core at the peak, and one more, which may be lost: cores ÷ ${share} + 1, at least
  ${leastGateways} gateways (one a zone) and ${leastWriters} writers. The writers are the most that the autoscaler needs.
- **Partitions** are two for each writer, at least ${leastPartitions}, and enough that each may wait ${secondsPerRequest} s for a destination to take a message of
  ${whole(messageBytes / 1_000)} kB: a partition has one request under way, so it carries ${whole(messageBytes / costs.queueBytes / secondsPerRequest)} records a second then. This is assumed, not
  measured. They can become more later, and never fewer.
- **A gateway’s volume** is two times (its file is compacted into a second one) ${costs.queueBytes.toFixed(0)} bytes a record, shared by all gateways but one.
- **The topic** has ${costs.topicBytes.toFixed(0)} bytes a record, compressed, in each of its replicas; reckoned with ${worseCompression} times that, as these records look more alike than yours.

Brokers, Elasticsearch and the syslog server are not in it. Other machines and other records cost something else: measure yours by
\`npm run bench -- --only forward-kafka\`, on your machine, and make this page again by \`npm run docs\`.
`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function gigabytes(bytes: number): string {
  const value = bytes / 1e9;
  return `${value < 10 ? value.toFixed(1) : whole(value)} GB`;
}
