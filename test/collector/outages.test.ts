/**
 * What is lost while a destination is away: nothing, whatever its trouble looks like and whatever becomes of the collector meanwhile.
 * Elasticsearch and rsyslog are real; a proxy in front of Elasticsearch makes the trouble.
 */
import { openSync, readdirSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';

import { startFaultyProxy, type FaultyProxy, type Mood } from '../instruments/faulty-proxy.ts';
import { eventually } from '../instruments/log-files.ts';
import { sendRecords, type SentRecord } from '../instruments/otlp-sender.ts';
import { untilStored } from '../instruments/stored-documents.ts';
import { bootstrap, noCollector, startCollector, type CollectorServer } from '../servers/collector.ts';
import { noRsyslog, startRsyslog, type RsyslogServer } from '../servers/rsyslog.ts';

const elasticsearchUrl = inject('elasticsearchUrl');
const isPossible = elasticsearchUrl !== '' && (noCollector() ?? noRsyslog()) === undefined;

/** An operator's minutes in seconds: attempts follow each other, and one that gets no answer is given up, sooner. */
const quick = {
  exporters: {
    elasticsearch_bulk: {
      timeout: '1s',
      drain_timeout: '1s',
      retry_on_failure: { initial_interval: '100ms', max_interval: '500ms' },
      sending_queue: { batch: { flush_timeout: '200ms', min_size: 20_000, max_size: 100_000 } },
    },
  },
};
const quickSyslog = {
  exporters: {
    syslog_rfc5424: {
      timeout: '1s',
      away_after: '200ms',
      drain_timeout: '1s',
      retry_on_failure: { initial_interval: '100ms', max_interval: '500ms' },
    },
  },
};

describe.skipIf(!isPossible)('while a destination is away', () => {
  let rsyslog: RsyslogServer;
  let proxy: FaultyProxy;
  let collector: CollectorServer;
  let run = 0;
  /** Of this test alone. */
  let prefix: string;
  let service: string;

  beforeAll(async () => {
    rsyslog = await startRsyslog();
  });

  afterAll(async () => {
    await rsyslog?.stop();
  });

  beforeEach(async () => {
    run += 1;
    prefix = `outage-${run}-`;
    service = `outage-${run}`;
    proxy = await startFaultyProxy(elasticsearchUrl);
    bootstrap({ ELASTIC_HOST: elasticsearchUrl, ELASTIC_INDEX_PREFIX: prefix });
  });

  afterEach(async () => {
    await collector?.stop();
    await proxy.close();
  });

  function toElasticsearch(): Record<string, string> {
    return { ELASTIC_HOST: proxy.url, ELASTIC_INDEX_PREFIX: prefix };
  }

  function toSyslog(): Record<string, string> {
    return { RSYSLOG_REMOTE: rsyslog.tcp, RSYSLOG_PROTOCOL: 'tcp' };
  }

  let sent: string[] = [];

  /** Batches of records, each with an identity; all of them are taken. */
  async function send(batches: number, ofEach: number, body = 'recorded'): Promise<void> {
    for (let batch = 0; batch < batches; batch += 1) {
      const ids = Array.from({ length: ofEach }, (_, index) => `${service}-${sent.length + index}`);
      await sendRecords(
        collector.endpoint,
        ids.map((id) => record(id, body)),
        { resource: { 'service.name': service } },
      );
      sent.push(...ids);
    }
  }

  beforeEach(() => {
    sent = [];
  });

  async function expectStoredOnce(withinMillis?: number): Promise<void> {
    const found = await untilStored(
      elasticsearchUrl,
      `${prefix}audit`,
      (documents) => documents.length >= sent.length,
      undefined,
      withinMillis,
    );
    expect(found.map(({ id }) => id).toSorted()).toEqual(sent.toSorted());
  }

  /** At least once: a batch whose end the network took with it is sent again, whole. */
  async function expectInSyslog(ids: readonly string[] = sent): Promise<void> {
    const missing = await eventually(() => {
      const received = idsInSyslog();
      const absent = ids.filter((id) => !received.has(id));
      return absent.length === 0 ? absent : undefined;
    }, 30_000);
    expect(missing).toEqual([]);
  }

  function idsInSyslog(): Set<string> {
    const own = rsyslog.received().filter(({ appName }) => appName === service);
    return new Set(own.map(({ message }) => String((JSON.parse(message) as Record<string, unknown>)['event.id'])));
  }

  describe('Elasticsearch', () => {
    test.each(['refuses', 503, 429, 'hangs', 'forgets'] satisfies Mood[])(
      '%s: syslog goes on at once, and every record is stored once when it is back',
      async (mood) => {
        collector = await startCollector({ ...toElasticsearch(), ...toSyslog() }, merged(quick, quickSyslog));
        await proxy.become(mood);
        await send(5, 50);
        await expectInSyslog();
        if (mood !== 'refuses') await eventually(() => (proxy.seen(mood) > 2 ? true : undefined), 30_000);
        await proxy.become('passes');
        await expectStoredOnce();
      },
    );

    test.each(['refuses', 'hangs'] satisfies Mood[])(
      '%s, and the collector is ended: it ends within seconds, and what waited is sent when it starts again',
      async (mood) => {
        collector = await startCollector(toElasticsearch(), quick);
        await proxy.become(mood);
        await send(5, 50);
        if (mood !== 'refuses') await eventually(() => (proxy.seen(mood) > 0 ? true : undefined));
        expect(await collector.shutDown()).toBeLessThan(5_000);
        await proxy.become('passes');
        await collector.start();
        await expectStoredOnce();
      },
    );

    test.each(['refuses', 'hangs', 'forgets'] satisfies Mood[])(
      '%s, and the collector is killed: what it had taken is sent when it starts again',
      async (mood) => {
        collector = await startCollector(toElasticsearch(), quick);
        await proxy.become(mood);
        await send(5, 50);
        if (mood !== 'refuses') await eventually(() => (proxy.seen(mood) > 0 ? true : undefined));
        await collector.kill();
        await proxy.become('passes');
        await collector.start();
        await expectStoredOnce();
      },
    );

    test('has no templates yet: records wait for them', async () => {
      prefix = `outage-late-${run}-`;
      collector = await startCollector(toElasticsearch(), quick);
      await send(2, 10);
      await eventually(() => (proxy.seen('passes') > 2 ? true : undefined));
      bootstrap({ ELASTIC_HOST: elasticsearchUrl, ELASTIC_INDEX_PREFIX: prefix });
      await expectStoredOnce();
    });

    test('and its queue is full: the sender is refused, and nothing that was taken is lost', async () => {
      collector = await startCollector({ ...toElasticsearch(), SENTRIKAT_COLLECTOR_QUEUE_BYTES: '1048576' }, quick);
      await proxy.become('refuses');
      const filling = send(40, 50, 'x'.repeat(1_000));
      const refused = () => collector.metric('otelcol_exporter_enqueue_failed_log_records_total');
      await eventually(async () => ((await refused()) > 0 ? true : undefined), 30_000);
      await proxy.become('passes');
      await filling;
      await expectStoredOnce();
    });
  });

  describe('syslog', () => {
    test('is gone: Elasticsearch goes on at once, and every record is received when it is back', async () => {
      collector = await startCollector({ ...toElasticsearch(), ...toSyslog() }, merged(quick, quickSyslog));
      await rsyslog.kill();
      await send(5, 50);
      await expectStoredOnce();
      await rsyslog.restart();
      await expectInSyslog();
    });

    test('takes connections and reads nothing: the same', async () => {
      collector = await startCollector({ ...toElasticsearch(), ...toSyslog() }, merged(quick, quickSyslog));
      await rsyslog.pause();
      try {
        await send(5, 50, 'x'.repeat(4_000));
        await expectStoredOnce();
      } finally {
        rsyslog.resume();
      }
      await expectInSyslog();
    });

    test('is gone and the collector is ended: it ends within seconds, and what waited is sent when it starts again', async () => {
      collector = await startCollector(toSyslog(), quickSyslog);
      await rsyslog.kill();
      await send(5, 50);
      expect(await collector.shutDown()).toBeLessThan(5_000);
      await rsyslog.restart();
      await collector.start();
      await expectInSyslog();
    });

    test('is gone and its queue is full: Elasticsearch has every record all the same, and what syslog misses is counted', async () => {
      collector = await startCollector(
        { ...toElasticsearch(), ...toSyslog(), SENTRIKAT_COLLECTOR_QUEUE_BYTES: '1048576' },
        merged(quick, quickSyslog),
      );
      await rsyslog.kill();
      await send(60, 50, 'x'.repeat(1_000));
      await expectStoredOnce();
      const dropped = await collector.metric('sentrikat_exporter_dropped_records_total', {
        exporter: 'syslog_rfc5424',
      });
      expect(dropped).toBeGreaterThan(0);
      await rsyslog.restart();
      // More where a batch that the other has refused meanwhile came again, and was counted again.
      await eventually(() => (idsInSyslog().size + dropped >= sent.length ? true : undefined), 30_000);
      expect(idsInSyslog().size).toBeLessThan(sent.length);
    });
  });

  test('a queue that cannot be read any more is moved aside, and the collector goes on', async () => {
    collector = await startCollector(toElasticsearch(), quick);
    await proxy.become('refuses');
    await send(1, 10);
    await collector.kill();
    const queue = join(collector.stateFolder, 'queue');
    const name = readdirSync(queue).find((file) => file.includes('elasticsearch_bulk')) ?? '';
    const file = openSync(join(queue, name), 'r+');
    writeSync(file, Buffer.alloc(16_384, 'garbage'), 0, 16_384, 0);
    closeSync(file);
    await proxy.become('passes');
    await collector.start();
    sent = [];
    await send(1, 5);
    await expectStoredOnce();
    expect(readdirSync(queue).some((each) => each.includes('.backup'))).toBe(true);
  });
});

function record(id: string, body: string): SentRecord {
  return { concern: 'audit', body, attributes: { 'log.record.uid': id } };
}

/** Of two configurations for different exporters. */
function merged(one: typeof quick, other: typeof quickSyslog): object {
  return { exporters: { ...one.exporters, ...other.exporters } };
}
