/** Kafka between collectors: each destination has a group of its own, and a broker that dies takes nothing with it. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { eventually } from '../instruments/log-files.ts';
import { sendRecords } from '../instruments/otlp-sender.ts';
import { untilStored } from '../instruments/stored-documents.ts';
import { bootstrap, noCollector, startCollector, type CollectorServer } from '../servers/collector.ts';
import { noKafka, startKafka, type KafkaServer } from '../servers/kafka.ts';
import { noRsyslog, startRsyslog, type RsyslogServer } from '../servers/rsyslog.ts';

const elasticsearchUrl = inject('elasticsearchUrl');
const isPossible = elasticsearchUrl !== '' && (noCollector() ?? noRsyslog() ?? noKafka()) === undefined;
const prefix = 'kafka-';
const retry = { initial_interval: '100ms', max_interval: '500ms' };
const quick = { exporters: { kafka: { timeout: '2s', retry_on_failure: retry } } };

describe.skipIf(!isPossible)('Kafka between two collectors', () => {
  let kafka: KafkaServer;
  let rsyslog: RsyslogServer;
  let gateway: CollectorServer;
  let writer: CollectorServer;

  beforeAll(async () => {
    [kafka, rsyslog] = await Promise.all([startKafka(), startRsyslog()]);
    const destinations = {
      ELASTIC_HOST: elasticsearchUrl,
      ELASTIC_INDEX_PREFIX: prefix,
      RSYSLOG_REMOTE: rsyslog.tcp,
      RSYSLOG_PROTOCOL: 'tcp',
    };
    bootstrap(destinations);
    gateway = await startCollector({ KAFKA_BROKERS: kafka.broker }, quick);
    writer = await startCollector({
      ...destinations,
      KAFKA_BROKERS: kafka.broker,
      SENTRIKAT_COLLECTOR_INPUT: 'kafka',
    });
  });

  afterAll(async () => {
    await Promise.all([gateway?.stop(), writer?.stop()]);
    await Promise.all([kafka?.stop(), rsyslog?.stop()]);
  });

  test('every record arrives once, though the broker is killed, and though those who write are', async () => {
    const sent: string[] = [];
    const send = async (batches: number): Promise<void> => {
      for (let batch = 0; batch < batches; batch += 1) {
        const ids = Array.from({ length: 50 }, (_, index) => `${sent.length + index}`);
        const records = ids.map((id) => ({ concern: 'audit', body: 'x', attributes: { 'log.record.uid': id } }));
        await sendRecords(gateway.endpoint, records, { resource: { 'service.name': 'through-kafka' } });
        sent.push(...ids);
      }
    };
    await send(5);
    await kafka.kill();
    await send(5);
    await kafka.restart();
    await send(5);
    await writer.kill();
    await send(5);
    await writer.start();
    const found = await untilStored(
      elasticsearchUrl,
      `${prefix}audit`,
      (documents) => documents.length >= sent.length,
      undefined,
      90_000,
    );
    expect(found.map(({ id }) => id).toSorted()).toEqual(sent.toSorted());
    await eventually(() => {
      const own = rsyslog.received().filter(({ appName }) => appName === 'through-kafka');
      const ids = new Set(own.map(({ message }) => (JSON.parse(message) as Record<string, unknown>)['event.id']));
      return sent.every((id) => ids.has(id)) ? true : undefined;
    }, 60_000);
  });
});
