/** The benchmark of forwarders runs, small, with every contestant, and none of them loses anything. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, inject, test } from 'vitest';

import { collectorWith } from '../bench/forward/collector.ts';
import { documentOf } from '../bench/forward/document.ts';
import { forwardScenarioOn } from '../bench/forward/forward-scenario.ts';
import { kafkaScenarioOn } from '../bench/forward/kafka-scenario.ts';
import { programs } from '../bench/forward/programs.ts';
import { makeRecords } from '../bench/forward/records.ts';
import { openSinks } from '../bench/forward/sinks.ts';
import { runScenario } from '../bench/run-scenario.ts';
import { storedDocuments } from '../instruments/stored-documents.ts';
import { noKafka } from '../servers/kafka.ts';

const url = inject('elasticsearchUrl');
const isPossible = url !== '' && programs.every(({ find }) => find() !== undefined);
const shared = async () => ({ url, stop: async () => {} });

test.skipIf(!isPossible)('every forwarder brings every record to both destinations', async () => {
  const scenario = forwardScenarioOn(shared);
  const { rows } = await runScenario(scenario, 'quick', () => {});
  expect(rows.map(({ contestant }) => contestant)).toEqual(scenario.contestants.map(({ name }) => name));
  for (const { samples } of rows) {
    expect(samples).toEqual([
      expect.objectContaining({ sent: 550, missingInElasticsearch: 0, missingInSyslog: 0, twiceInSyslog: 0 }),
    ]);
    expect(samples[0]?.['cpuMicrosPerRecord']).toBeGreaterThan(0);
    expect(samples[0]?.['peakRssMiB']).toBeGreaterThan(1);
  }
});

test.skipIf(!isPossible || noKafka() !== undefined)('so does the way through Kafka', async () => {
  const scenario = kafkaScenarioOn(shared);
  const { rows } = await runScenario(scenario, 'quick', () => {});
  for (const { samples } of rows) {
    const none = { missingInElasticsearch: 0, missingInSyslog: 0, twiceInSyslog: 0 };
    expect(samples).toEqual([expect.objectContaining({ sent: 550, ...none })]);
    const figures = scenario.columns.map(({ figure }) => figure).filter((figure) => !(figure in none));
    for (const figure of figures) expect(samples[0]?.[figure], figure).toBeGreaterThan(0);
    const { topicBytesPerRecord = 0, queueBytesPerRecord = 0 } = samples[0] ?? {};
    expect(topicBytesPerRecord).toBeLessThan(queueBytesPerRecord);
  }
});

test.skipIf(!isPossible)('a rival is sent the documents that the collector makes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'forward-benchmark-'));
  const prefix = 'same-documents-';
  const sinks = await openSinks(url, prefix);
  const forwarder = await collectorWith({})(directory, { elasticsearch: url, prefix, syslog: sinks.syslog });
  try {
    const records = makeRecords(10);
    await Promise.all([forwarder.prepare(records)(), sinks.untilIn(10)]);
    await sinks.arrived();
    const stored = await storedDocuments(url, `${prefix}access,${prefix}audit`);
    expect(stored.map(({ source }) => withTime(source))).toEqual(records.map(documentOf).map(withTime));
  } finally {
    await forwarder.stop();
    await sinks.stop();
    rmSync(directory, { recursive: true });
  }
});

/** The collector writes no zero at the end of a fraction of a second. */
function withTime(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...document, '@timestamp': Date.parse(String(document['@timestamp'])) };
}
