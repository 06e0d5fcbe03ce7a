/** The disk of the queue is full: the collector refuses, and goes on when there is room; what it had taken is not touched. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { startFaultyProxy, type FaultyProxy } from '../instruments/faulty-proxy.ts';
import { sendRecords } from '../instruments/otlp-sender.ts';
import { mountPrivately, noPrivateMounts, type PrivateMount } from '../instruments/private-mount.ts';
import { untilStored } from '../instruments/stored-documents.ts';
import { bootstrap, noCollector, startCollector } from '../servers/collector.ts';

const elasticsearchUrl = inject('elasticsearchUrl');
const isPossible = elasticsearchUrl !== '' && (noPrivateMounts() ?? noCollector()) === undefined;
const prefix = 'full-disk-';
const diskBytes = 4 * 1024 * 1024;

describe.skipIf(!isPossible)('a disk that is full', () => {
  let proxy: FaultyProxy;
  let folder: string;
  let disk: PrivateMount;

  beforeAll(async () => {
    proxy = await startFaultyProxy(elasticsearchUrl);
    folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
    disk = await mountPrivately(folder, diskBytes);
    bootstrap({ ELASTIC_HOST: elasticsearchUrl, ELASTIC_INDEX_PREFIX: prefix });
  });

  afterAll(async () => {
    await disk?.end();
    await proxy?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('refuses, loses nothing that was taken, and takes again when there is room', async () => {
    const environment = {
      ELASTIC_HOST: proxy.url,
      ELASTIC_INDEX_PREFIX: prefix,
      SENTRIKAT_COLLECTOR_STATE_DIR: join(folder, 'state'),
    };
    const retry = { initial_interval: '100ms', max_interval: '500ms' };
    const quick = { exporters: { elasticsearch_bulk: { timeout: '1s', retry_on_failure: retry } } };
    const collector = await startCollector(environment, quick, disk.wrapper);
    try {
      await proxy.become('refuses');
      const taken: string[] = [];
      const send = async (withinMillis: number): Promise<void> => {
        const ids = Array.from({ length: 100 }, (_, index) => `${taken.length + index}`);
        const records = ids.map((id) => ({ body: 'x'.repeat(1_000), attributes: { 'log.record.uid': id } }));
        await sendRecords(collector.endpoint, records, { withinMillis });
        taken.push(...ids);
      };
      const fill = async (): Promise<void> => {
        for (let bytes = 0; bytes < 10 * diskBytes; bytes += 100_000) await send(500);
      };
      await expect(fill()).rejects.toThrow(/503|500/);
      expect(taken.length).toBeGreaterThan(100);
      await proxy.become('passes');
      await send(30_000);
      const found = await untilStored(
        elasticsearchUrl,
        `${prefix}application`,
        (documents) => documents.length >= taken.length,
      );
      expect(found.map(({ id }) => id).toSorted()).toEqual(taken.toSorted());
    } finally {
      await collector.stop();
    }
  });
});
