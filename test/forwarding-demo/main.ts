/**
 * `npm run demo -- --forward`: the demo, with the collector, a real Elasticsearch and a real rsyslog beside it, and what has arrived in
 * both. None of it needs a container; the first time builds the collector and downloads the two servers, which takes minutes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { runDemo, type Stage } from '../demo/run-demo.ts';
import { storedDocuments, type StoredDocument } from '../instruments/stored-documents.ts';
import { bootstrap, startCollector, type CollectorServer } from '../servers/collector.ts';
import { startElasticsearch } from '../servers/elasticsearch.ts';
import { startRsyslog, type Message } from '../servers/rsyslog.ts';

const ordinaryDemo = fileURLToPath(new URL('../../packages/example-service/src/demo/main.ts', import.meta.url));
const settleMillis = 30_000;

await runDemo(async (stage) => {
  const { values } = parseArgs({
    options: { forward: { type: 'boolean' }, dir: { type: 'string' }, once: { type: 'boolean' } },
  });
  await demonstrate(stage, values.dir);
});

async function demonstrate({ screen, signal, onEnd }: Stage, asked: string | undefined): Promise<void> {
  const steps = 4;
  const directory = asked ?? mkdtempSync(join(tmpdir(), 'demo-'));
  if (asked === undefined) onEnd(() => rmSync(directory, { recursive: true }));
  screen.progress(1, steps, 'Elasticsearch and rsyslog start (the first time they are downloaded)');
  // One after the other: Ctrl-C reaches what is starting as well, and what has started must be ended then.
  const rsyslog = await startRsyslog();
  onEnd(() => rsyslog.stop());
  const elasticsearch = await startElasticsearch();
  onEnd(() => elasticsearch.stop());
  signal.throwIfAborted();

  screen.progress(2, steps, 'The collector starts (the first time it is built, which takes two minutes)');
  const destinations = { ELASTIC_HOST: elasticsearch.url, RSYSLOG_REMOTE: rsyslog.tcp, RSYSLOG_PROTOCOL: 'tcp' };
  bootstrap(destinations);
  const collector = await startCollector(destinations);
  onEnd(() => collector.stop());
  signal.throwIfAborted();

  screen.progress(3, steps, 'The service and its traffic');
  await runOrdinaryDemo(directory, collector, signal);

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
async function runOrdinaryDemo(directory: string, { endpoint }: CollectorServer, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [ordinaryDemo, '--once', '--dir', directory], {
    env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'example-service' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
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
