/** `forward-kafka`: what each collector costs where Kafka stands between the gateway and those who write to the destinations. */
import { randomUUID } from 'node:crypto';

import { startCollector, type CollectorServer } from '../../servers/collector.ts';
import { startElasticsearch, type ElasticsearchServer } from '../../servers/elasticsearch.ts';
import { startKafka, type KafkaServer } from '../../servers/kafka.ts';
import type { Column, Sample, Scenario, Size } from '../scenario.ts';
import { preparedFor } from './collector.ts';
import { costOf, type ProcessCost } from './process-cost.ts';
import { programsWithKafka } from './programs.ts';
import { arrivalColumns, sendThrough, sizes } from './send-through.ts';
import { openSinks, type Sinks } from './sinks.ts';

const partitions = 6;
const synchronised = 'ours';

/** What runs in a sample, each in a process of its own. */
interface Chain {
  readonly gateway: CollectorServer;
  readonly elasticsearchWriter: CollectorServer;
  readonly syslogWriter: CollectorServer;
}

const micros = { summary: 'median', digits: 1, withSpread: true } as const;
const columns: readonly Column[] = [
  { title: 'gateway, CPU µs/record', figure: 'gatewayMicrosPerRecord', ...micros },
  {
    title: `× ${synchronised}`,
    figure: 'gatewayMicrosPerRecord',
    summary: 'median',
    digits: 2,
    relativeTo: synchronised,
  },
  { title: 'writer to Elasticsearch, CPU µs/record', figure: 'elasticsearchWriterMicrosPerRecord', ...micros },
  { title: 'writer to syslog, CPU µs/record', figure: 'syslogWriterMicrosPerRecord', ...micros },
  { title: 'bytes/record in the gateway’s queue', figure: 'queueBytesPerRecord', summary: 'median', digits: 0 },
  { title: 'bytes/record in a replica of the topic', figure: 'topicBytesPerRecord', summary: 'median', digits: 0 },
  { title: 'records/s', figure: 'recordsPerSecond', summary: 'median', digits: 0 },
  { title: 'peak RSS MiB of the largest', figure: 'peakRssMiB', summary: 'highest', digits: 0 },
  ...arrivalColumns,
];

export const kafkaScenario: Scenario = kafkaScenarioOn(startElasticsearch);

/** All samples share one Elasticsearch and one Kafka; each has data streams and a topic of its own. */
export function kafkaScenarioOn(start: () => Promise<Pick<ElasticsearchServer, 'url' | 'stop'>>): Scenario {
  let elasticsearch: Awaited<ReturnType<typeof start>>;
  let kafka: KafkaServer;

  async function measure(size: Size, fsync: 'true' | 'false'): Promise<Sample> {
    const prefix = `bench-${randomUUID()}-`;
    const topic = `${prefix}logs`;
    kafka.createTopic(topic, partitions);
    const sinks = await openSinks(elasticsearch.url, prefix);
    const source = { KAFKA_BROKERS: kafka.brokers, KAFKA_TOPIC: topic };
    const fetching = { ...source, SENTRIKAT_COLLECTOR_INPUT: 'kafka' };
    const started: CollectorServer[] = [];
    const collector = async (environment: Readonly<Record<string, string>>) => {
      const server = await startCollector(environment);
      started.push(server);
      return server;
    };
    try {
      return await forward(size, sinks, {
        gateway: await collector({ ...source, SENTRIKAT_COLLECTOR_FSYNC: fsync }),
        elasticsearchWriter: await collector({
          ...fetching,
          ELASTIC_HOST: elasticsearch.url,
          ELASTIC_INDEX_PREFIX: prefix,
        }),
        syslogWriter: await collector({ ...fetching, RSYSLOG_REMOTE: sinks.syslog, RSYSLOG_PROTOCOL: 'tcp' }),
      });
    } finally {
      // In good order, so that the groups do not wait for them when the next sample begins.
      await Promise.all(started.map((server) => server.shutDown()));
      await Promise.all(started.map((server) => server.stop()));
      await sinks.stop();
    }
  }

  return {
    name: 'forward-kafka',
    title: 'From the network to Elasticsearch and syslog, through Kafka',
    about: `The same ${sizes.full.records.toLocaleString('en-US')} records on the same way, with Kafka in the midst of it: a gateway makes the documents and writes them to a topic with ${partitions} partitions and 3 replicas on 3
brokers, of which 2 have to have a message before it is acknowledged; one collector fetches from there for Elasticsearch, and one for syslog. CPU is that of each collector;
brokers are not in it. The clock runs until both destinations have every record, and **all of it shares one machine, so records/s is no measure of anything but that**.
[How much of each is needed](capacity.md) is reckoned from the CPU.`,
    runs: { full: 3, quick: 1 },
    setUp: async () => {
      elasticsearch = await start();
      try {
        kafka = await startKafka(3);
      } catch (error) {
        await elasticsearch.stop();
        throw error;
      }
      return async () => void (await Promise.all([kafka.stop(), elasticsearch.stop()]));
    },
    contestants: [
      {
        name: synchronised,
        note: 'collectors as they are configured; the gateway answers when its queue has the records on the platter',
        packages: [],
        programs: programsWithKafka,
        measure: ({ size }) => measure(size, 'true'),
      },
      {
        name: 'ours, without fsync',
        note: 'the same with `SENTRIKAT_COLLECTOR_FSYNC=false` at the gateway; the writers keep nothing, and so have nothing to synchronise',
        packages: [],
        programs: programsWithKafka,
        measure: ({ size }) => measure(size, 'false'),
      },
    ],
    columns,
  };
}

async function forward(size: Size, sinks: Sinks, chain: Chain): Promise<Sample> {
  const { records, before, after, arrivals } = await sendThrough(size, {
    prepare: preparedFor(chain.gateway.endpoint),
    sinks,
    stateOf: () => stateOf(chain),
  });
  const microsOf = (name: keyof Chain) => (after[name].cpuMicros - before[name].cpuMicros) / records;
  return {
    ...arrivals,
    gatewayMicrosPerRecord: microsOf('gateway'),
    elasticsearchWriterMicrosPerRecord: microsOf('elasticsearchWriter'),
    syslogWriterMicrosPerRecord: microsOf('syslogWriter'),
    // What waits in the queue is what becomes a message, as it is before it is compressed.
    queueBytesPerRecord: (after.bytesUncompressed - before.bytesUncompressed) / records,
    topicBytesPerRecord: (after.bytes - before.bytes) / records,
    peakRssMiB: Math.max(...names.map((name) => after[name].peakRssKiB)) / 1024,
  };
}

const names = ['gateway', 'elasticsearchWriter', 'syslogWriter'] as const;

interface State extends Readonly<Record<keyof Chain, ProcessCost>> {
  /** Of all messages so far, as brokers have got them. */
  readonly bytes: number;
  readonly bytesUncompressed: number;
}

async function stateOf({ gateway, elasticsearchWriter, syslogWriter }: Chain): Promise<State> {
  return {
    gateway: costOf(gateway.pid()),
    elasticsearchWriter: costOf(elasticsearchWriter.pid()),
    syslogWriter: costOf(syslogWriter.pid()),
    bytes: await gateway.metric('otelcol_kafka_exporter_bytes_total'),
    bytesUncompressed: await gateway.metric('otelcol_kafka_exporter_bytes_uncompressed_bytes_total'),
  };
}
