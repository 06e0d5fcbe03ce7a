/**
 * Ten minutes of trouble for the collector, by the clock of an operator: Elasticsearch goes away and comes back in every way it can, rsyslog
 * stops to read, the collector is ended and killed, and a service sends all the while. Afterwards every record is there.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { createSeededRandom, type SeededRandom } from '../chaos/seeded-random.ts';
import { startFaultyProxy, type FaultyProxy, type Mood } from '../instruments/faulty-proxy.ts';
import { sendRecords } from '../instruments/otlp-sender.ts';
import { untilStored } from '../instruments/stored-documents.ts';
import { bootstrap, startCollector, type CollectorServer } from '../servers/collector.ts';
import { startElasticsearch } from '../servers/elasticsearch.ts';
import { startRsyslog, type RsyslogServer } from '../servers/rsyslog.ts';

/** Longer than any default: attempts of the OpenTelemetry project's exporters end after five minutes at most. */
const troubleMillis = 600_000;
const batchMillis = 1_000;
const recordsPerBatch = 10;
/** What is left after the longest pause between two attempts, and for all of it to be stored. */
const settleMillis = 120_000;

interface Trouble {
  readonly proxy: FaultyProxy;
  readonly rsyslog: RsyslogServer;
  readonly collector: CollectorServer;
}

/** Gives figures; rejects with what is missing, or is there twice. */
export async function surviveOutages(seed: number, millis: number = troubleMillis): Promise<string> {
  const random = createSeededRandom(seed);
  const [elasticsearch, rsyslog] = await Promise.all([startElasticsearch(), startRsyslog()]);
  const proxy = await startFaultyProxy(elasticsearch.url);
  bootstrap({ ELASTIC_HOST: elasticsearch.url });
  const destinations = { ELASTIC_HOST: proxy.url, RSYSLOG_REMOTE: rsyslog.tcp, RSYSLOG_PROTOCOL: 'tcp' };
  const collector = await startCollector({ ...destinations, SENTRIKAT_COLLECTOR_FSYNC: 'true' });
  try {
    const trouble = makeTrouble(random, { proxy, rsyslog, collector }, millis);
    const sent = await sendMeanwhile(collector, trouble);
    const events = await trouble;
    const found = await untilStored(
      elasticsearch.url,
      'sentrikat-audit',
      (documents) => documents.length >= sent.length,
      undefined,
      settleMillis,
    );
    const stored = new Set(found.map(({ id }) => id));
    const missing = sent.filter((id) => !stored.has(id));
    const received = await receivedBy(rsyslog, sent);
    if (missing.length > 0 || found.length !== sent.length || received.missing.length > 0) {
      throw new Error(
        `of ${sent.length} records ${missing.length} are missing in Elasticsearch (${missing.slice(0, 5).join(', ')}), ${found.length - stored.size} are there twice, and ${received.missing.length} are missing in syslog, which has ${rsyslog.received().length}; ${events.join(', ')}`,
      );
    }
    return `${sent.length} records through ${events.length} events; ${received.repeated} came twice to syslog`;
  } finally {
    await collector.stop();
    await proxy.close();
    await Promise.all([elasticsearch.stop(), rsyslog.stop()]);
  }
}

const moods: readonly [Mood, ...Mood[]] = ['refuses', 503, 429, 'hangs', 'forgets', 'passes'];

/** One event after the other; at the end all is well. Resolves with what has happened. */
async function makeTrouble(
  random: SeededRandom,
  { proxy, rsyslog, collector }: Trouble,
  millis: number,
): Promise<string[]> {
  const events: string[] = [];
  const until = performance.now() + millis;
  const kinds: readonly [() => Promise<string>, ...(() => Promise<string>)[]] = [
    async () => {
      const mood = random.oneOf(moods);
      await proxy.become(mood);
      return `Elasticsearch ${mood}`;
    },
    // Its own end costs what it had not read, which syslog cannot help; so it is stopped in its tracks instead.
    async () => {
      await rsyslog.pause();
      return 'rsyslog paused';
    },
    async () => {
      rsyslog.resume();
      return 'rsyslog resumed';
    },
    async () => {
      const took = await collector.shutDown();
      await collector.start();
      return `collector ended in ${Math.round(took)} ms`;
    },
    async () => {
      await collector.kill();
      await collector.start();
      return 'collector killed';
    },
  ];
  while (performance.now() < until) {
    events.push(await random.oneOf(kinds)());
    await sleep(Math.min(random.between(1_000, 60_000), Math.max(0, until - performance.now())));
  }
  await proxy.become('passes');
  rsyslog.resume();
  return events;
}

/** As a service does that goes on trying: what has been taken is what must not be lost. */
async function sendMeanwhile(collector: CollectorServer, trouble: Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const over = new AbortController();
  void trouble.finally(() => over.abort()).catch(() => {});
  while (!over.signal.aborted) {
    const ids = Array.from({ length: recordsPerBatch }, (_, index) => `${sent.length + index}`);
    const records = ids.map((id) => ({ concern: 'audit', body: 'recorded', attributes: { 'log.record.uid': id } }));
    await sendRecords(collector.endpoint, records, { withinMillis: settleMillis });
    sent.push(...ids);
    await sleep(batchMillis);
  }
  return sent;
}

async function receivedBy(
  rsyslog: RsyslogServer,
  sent: readonly string[],
): Promise<{ missing: string[]; repeated: number }> {
  const deadline = performance.now() + settleMillis;
  for (;;) {
    const ids = rsyslog
      .received()
      .map(({ message }) => String((JSON.parse(message) as Record<string, unknown>)['event.id']));
    const seen = new Set(ids);
    const missing = sent.filter((id) => !seen.has(id));
    if (missing.length === 0 || performance.now() > deadline) return { missing, repeated: ids.length - seen.size };
    await sleep(500);
  }
}
