/**
 * Kafka between collectors, its three brokers each in a zone: what becomes of records when a broker goes, when so many go that those
 * that are left may take nothing, when a writer goes with its node, and when the gateway dies over what it has kept.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { startFaultyProxy, type FaultyProxy } from '../instruments/faulty-proxy.ts';
import { eventually } from '../instruments/log-files.ts';
import { sendRecords } from '../instruments/otlp-sender.ts';
import { storedDocuments, untilStored } from '../instruments/stored-documents.ts';
import { bootstrap, noCollector, startCollector, type CollectorServer } from '../servers/collector.ts';
import { noKafka, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { noRsyslog, startRsyslog, type RsyslogServer } from '../servers/rsyslog.ts';

const elasticsearchUrl = inject('elasticsearchUrl');
const isPossible = elasticsearchUrl !== '' && (noCollector() ?? noRsyslog() ?? noKafka()) === undefined;
const prefix = 'kafka-';
const stream = `${prefix}audit`;
const service = 'through-kafka';
const topic = 'sentrikat-logs';
const partitions = 6;

/** An operator's seconds in less of them. */
const retry = { initial_interval: '100ms', max_interval: '500ms' };
const quickGateway = { exporters: { kafka: { timeout: '2s', retry_on_failure: retry } } };
/** The least that brokers take by default. */
const group = { session_timeout: '6s', heartbeat_interval: '1s' };
const quickElasticsearch = {
  receivers: { 'kafka/elasticsearch': group },
  exporters: { elasticsearch_bulk: { retry_on_failure: retry } },
};
const quickSyslog = { receivers: { 'kafka/syslog': group } };

describe.skipIf(!isPossible)('With Kafka between collectors', () => {
  let kafka: KafkaServer;
  let rsyslog: RsyslogServer;
  let proxy: FaultyProxy;
  let gateway: CollectorServer;
  /** Two of one group; the first reaches Elasticsearch through the proxy. */
  let writers: readonly [CollectorServer, CollectorServer];
  let syslogWriter: CollectorServer;
  const sent: string[] = [];

  beforeAll(async () => {
    [kafka, rsyslog, proxy] = await Promise.all([startKafka(3), startRsyslog(), startFaultyProxy(elasticsearchUrl)]);
    bootstrap({ ELASTIC_HOST: elasticsearchUrl, ELASTIC_INDEX_PREFIX: prefix });
    gateway = await startCollector({ KAFKA_BROKERS: kafka.brokers }, quickGateway);
  });

  afterAll(async () => {
    await Promise.all([gateway, ...(writers ?? []), syslogWriter].map((collector) => collector?.stop()));
    await Promise.all([kafka?.stop(), rsyslog?.stop(), proxy?.close()]);
  });

  function startWriter(destination: Readonly<Record<string, string>>, quick: object): Promise<CollectorServer> {
    const source = { KAFKA_BROKERS: kafka.brokers, SENTRIKAT_COLLECTOR_INPUT: 'kafka' };
    return startCollector({ ...source, ...destination }, quick);
  }

  /** Each batch is taken at the first attempt. */
  async function send(batches: number): Promise<void> {
    for (let batch = 0; batch < batches; batch += 1) {
      const ids = Array.from({ length: 20 }, (_, index) => `${sent.length + index}`);
      const records = ids.map((id) => ({ concern: 'audit', body: 'x', attributes: { 'log.record.uid': id } }));
      expect(await sendRecords(gateway.endpoint, records, { resource: { 'service.name': service } })).toBe(1);
      sent.push(...ids);
    }
  }

  /** What has arrived when as much has as was sent, or time is up: ids of documents, and those that syslog has got at least once. */
  async function arrived(): Promise<Record<'inElasticsearch' | 'inSyslog', readonly string[]>> {
    const documents = await untilStored(
      elasticsearchUrl,
      stream,
      ({ length }) => length >= sent.length,
      undefined,
      60_000,
    );
    const inSyslog = await eventually(() => {
      const own = rsyslog.received().filter(({ appName }) => appName === service);
      const ids = new Set(
        own.map(({ message }) => String((JSON.parse(message) as { 'event.id': unknown })['event.id'])),
      );
      return ids.size >= sent.length ? ids : undefined;
    }, 30_000);
    return { inElasticsearch: documents.map(({ id }) => id).toSorted(), inSyslog: [...inSyslog].toSorted() };
  }

  const all = () => ({ inElasticsearch: sent.toSorted(), inSyslog: sent.toSorted() });

  test('records wait for a topic that nobody has made yet, rather than make one with a single replica', async () => {
    await send(5);
    kafka.createTopic(topic, partitions);
    const destination = { ELASTIC_INDEX_PREFIX: prefix };
    writers = await Promise.all([
      startWriter({ ...destination, ELASTIC_HOST: proxy.url }, quickElasticsearch),
      startWriter({ ...destination, ELASTIC_HOST: elasticsearchUrl }, quickElasticsearch),
    ]);
    syslogWriter = await startWriter({ RSYSLOG_REMOTE: rsyslog.tcp, RSYSLOG_PROTOCOL: 'tcp' }, quickSyslog);
    expect(await arrived()).toEqual(all());
  });

  test('records go on, and arrive once, while a broker is away with its zone', async () => {
    await kafka.kill(0);
    await send(5);
    expect(await arrived()).toEqual(all());
  });

  test('the gateway keeps what brokers may not take, refuses nothing, and survives its own death', async () => {
    const before = await storedDocuments(elasticsearchUrl, stream);
    await kafka.kill(1);
    await send(5);
    await gateway.kill();
    await gateway.start();
    await send(5);
    expect(await storedDocuments(elasticsearchUrl, stream)).toEqual(before);
    await kafka.restart(0, 1);
    expect(await arrived()).toEqual(all());
  });

  test('what a writer had fetched and not yet written when its node died is written by the other', async () => {
    const [first, second] = writers;
    await eventually(async () => ((await held(first)) * (await held(second)) > 0 ? true : undefined), 30_000);
    await proxy.become('hangs');
    await eventually(async () => {
      await send(1);
      return proxy.seen('hangs') > 0 ? true : undefined;
    });
    await first.kill();
    await eventually(async () => ((await held(second)) === partitions ? true : undefined), 30_000);
    expect(await arrived()).toEqual(all());
  });
});

/** How many partitions a writer has. */
async function held(writer: CollectorServer): Promise<number> {
  const begun = await writer.metric('otelcol_kafka_receiver_partition_start_total');
  return begun - (await writer.metric('otelcol_kafka_receiver_partition_close_total'));
}
