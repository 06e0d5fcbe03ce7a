/**
 * `npm run demo -- --forward`: the demo, with the collector, a real Elasticsearch and a real rsyslog beside it, and what has arrived in
 * both. None of it needs a container; the first time builds the collector and downloads the two servers, which takes minutes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Screen } from '../../packages/example-service/src/demo/screen.ts';
import { storedDocuments, type StoredDocument } from '../instruments/stored-documents.ts';
import { bootstrap, startCollector, type CollectorServer } from '../servers/collector.ts';
import { startElasticsearch } from '../servers/elasticsearch.ts';
import { startRsyslog, type Message } from '../servers/rsyslog.ts';

const ordinaryDemo = fileURLToPath(new URL('../../packages/example-service/src/demo/main.ts', import.meta.url));
const settleMillis = 30_000;
const screen = new Screen(process.stdout, process.env);
const releases: (() => Promise<void> | void)[] = [];
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort(name));

try {
  const { values } = parseArgs({
    options: { forward: { type: 'boolean' }, dir: { type: 'string' }, once: { type: 'boolean' } },
  });
  await demonstrate(values.dir);
} catch (error) {
  process.stderr.write(
    `DEMO_FAILED: ${(error as Error).message}\n  why   the demo shows nothing that it has not seen\n  do    npm run demo -- --help\n`,
  );
  process.exitCode = 1;
} finally {
  for (const release of releases) await release();
  if (stopping.signal.aborted) process.exitCode = 128 + constants.signals[stopping.signal.reason as NodeJS.Signals];
}

async function demonstrate(asked: string | undefined): Promise<void> {
  const steps = 4;
  screen.progress(1, steps, 'Elasticsearch and rsyslog start (the first time they are downloaded)');
  const [elasticsearch, rsyslog] = await Promise.all([startElasticsearch(), startRsyslog()]);
  releases.unshift(
    () => elasticsearch.stop(),
    () => rsyslog.stop(),
  );
  stopping.signal.throwIfAborted();

  screen.progress(2, steps, 'The collector starts (the first time it is built, which takes two minutes)');
  const destinations = { ELASTIC_HOST: elasticsearch.url, RSYSLOG_REMOTE: rsyslog.tcp, RSYSLOG_PROTOCOL: 'tcp' };
  bootstrap(destinations);
  const collector = await startCollector(destinations);
  releases.unshift(() => collector.stop());
  stopping.signal.throwIfAborted();

  screen.progress(3, steps, 'The service and its traffic');
  const directory = asked ?? mkdtempSync(join(tmpdir(), 'demo-'));
  if (asked === undefined) releases.push(() => rmSync(directory, { recursive: true }));
  await runOrdinaryDemo(directory, collector);

  screen.progress(4, steps, 'What waits in the queues is sent');
  const received = await settled(elasticsearch.url, collector, () => rsyslog.received());
  screen.heading('In Elasticsearch, and in syslog');
  for (const { stream, documents, messages } of byStream(received))
    screen.line(
      `${stream.padEnd(24)} ${String(documents).padStart(6)} documents ${String(messages).padStart(6)} messages`,
    );
  screen.heading('One of the audit trail, in Elasticsearch');
  const audit = received.documents.find(({ index }) => index === 'sentrikat-audit');
  screen.line(JSON.stringify(audit?.source, null, 2));
  screen.heading('The same, in syslog');
  screen.line(received.messages.find(({ message }) => message.includes(`"event.id":"${audit?.id}"`))?.raw);
}

/** Its own output is what it is about, and is shown only when it fails. */
async function runOrdinaryDemo(directory: string, { endpoint }: CollectorServer): Promise<void> {
  const child = spawn(process.execPath, [ordinaryDemo, '--once', '--dir', directory], {
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'example-service' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: stopping.signal,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the service's part ended with ${code}:\n${output}`);
}

interface Received {
  readonly documents: readonly StoredDocument[];
  readonly messages: readonly Message[];
}

/** When as many are in both as the collector has taken; rejects when that takes too long. */
async function settled(url: string, collector: CollectorServer, messagesSoFar: () => Message[]): Promise<Received> {
  const deadline = performance.now() + settleMillis;
  for (;;) {
    const taken = await collector.metric('otelcol_receiver_accepted_log_records_total');
    const received = { documents: await storedDocuments(url, 'sentrikat-*'), messages: messagesSoFar() };
    const { documents, messages } = received;
    if (taken > 0 && documents.length >= taken && messages.length >= taken) return received;
    if (performance.now() > deadline)
      throw new Error(`of ${taken} records ${documents.length} are in Elasticsearch and ${messages.length} in syslog`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function byStream({ documents, messages }: Received): { stream: string; documents: number; messages: number }[] {
  return [...Map.groupBy(documents, ({ index }) => index)]
    .map(([stream, group]) => ({
      stream,
      documents: group.length,
      messages: messages.filter(({ messageId }) => `sentrikat-${messageId}` === stream).length,
    }))
    .toSorted((one, other) => one.stream.localeCompare(other.stream));
}
