/**
 * The seven files as the collector's input: what processes write while files rotate many times a second arrives once, whatever becomes
 * of the collector and of its destinations meanwhile.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';

import { startFaultyProxy, type FaultyProxy } from '../instruments/faulty-proxy.ts';
import { eventually, linesOf, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram } from '../instruments/program.ts';
import { untilStored } from '../instruments/stored-documents.ts';
import { bootstrap, noCollector, startCollector, type CollectorServer } from '../servers/collector.ts';
import { noRsyslog, startRsyslog, type RsyslogServer } from '../servers/rsyslog.ts';

const elasticsearchUrl = inject('elasticsearchUrl');
const isPossible = elasticsearchUrl !== '' && (noCollector() ?? noRsyslog()) === undefined;
const concerns = ['audit', 'access', 'application'] as const;

describe.skipIf(!isPossible)('the seven files', () => {
  let rsyslog: RsyslogServer;
  let proxy: FaultyProxy;
  let collector: CollectorServer;
  let directory: string;
  let run = 0;
  let destinations: Record<string, string>;

  beforeAll(async () => {
    rsyslog = await startRsyslog();
  });

  afterAll(async () => {
    await rsyslog?.stop();
  });

  beforeEach(async () => {
    run += 1;
    directory = mkdtempSync(join(tmpdir(), 'files-'));
    proxy = await startFaultyProxy(elasticsearchUrl);
    destinations = {
      ELASTIC_HOST: proxy.url,
      ELASTIC_INDEX_PREFIX: `files-${run}-`,
      RSYSLOG_REMOTE: rsyslog.tcp,
      RSYSLOG_PROTOCOL: 'tcp',
      SENTRIKAT_COLLECTOR_INPUT: 'files',
      LOG_DIR: directory,
      SENTRIKAT_TIME_ZONE: 'utc',
      OTEL_SERVICE_NAME: `files-${run}`,
    };
    bootstrap({ ...destinations, ELASTIC_HOST: elasticsearchUrl });
  });

  afterEach(async () => {
    await collector?.stop();
    await proxy.close();
    rmSync(directory, { recursive: true });
  });

  function write(name: string, count: number) {
    const small = Object.fromEntries(
      concerns.flatMap((concern) => [
        [`SENTRIKAT_${concern.toUpperCase()}_MAX_BYTES`, '8000'],
        [`SENTRIKAT_${concern.toUpperCase()}_BACKUPS`, '1000'],
      ]),
    );
    return startProgram({
      args: [...preload, `${import.meta.dirname}/fixtures/records-much.cjs`, name, String(count)],
      env: { LOG_DIR: directory, SENTRIKAT_TIME_ZONE: 'utc', ...small },
    });
  }

  async function stored(count: number): Promise<string[]> {
    const found = await untilStored(
      elasticsearchUrl,
      concerns.map((concern) => `${destinations['ELASTIC_INDEX_PREFIX']}${concern}`).join(','),
      (documents) => documents.length >= count,
      ({ source }) => / (?:audit|access|application) \d+$/.test(String(source['message'])),
      60_000,
    );
    return found.map(({ source }) => String(source['message'])).toSorted();
  }

  async function received(messages: readonly string[]): Promise<void> {
    await eventually(() => {
      const own = rsyslog.received().filter(({ appName }) => appName === `files-${run}`);
      const seen = new Set(own.map(({ message }) => (JSON.parse(message) as Record<string, unknown>)['message']));
      return messages.every((message) => seen.has(message)) ? true : undefined;
    }, 60_000);
  }

  test('rotate many times while the collector is killed, and each line arrives once', async () => {
    collector = await startCollector(destinations);
    const writers = ['one', 'two'].map((name) => write(name, 1_000));
    for (let kills = 0; kills < 3; kills += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await collector.kill();
      await collector.start();
    }
    await Promise.all(
      writers.map(async (writer) => expect(await writer.ended()).toMatchObject({ code: 0, stderr: '' })),
    );
    expect(readdirSync(directory).filter((name) => /^access\.log\.\d+$/.test(name)).length).toBeGreaterThan(5);
    const all = expected(['one', 'two'], 1_000);
    expect(await stored(all.length)).toEqual(all);
    await received(all);
  });

  test('wait for a destination that is away, which holds up nobody else, and for a collector that is', async () => {
    expect(await write('before', 50).ended()).toMatchObject({ code: 0 });
    collector = await startCollector(destinations);
    await proxy.become('refuses');
    expect(await write('during', 50).ended()).toMatchObject({ code: 0 });
    await received(expected(['before', 'during'], 50));
    await collector.shutDown();
    expect(await write('without', 50).ended()).toMatchObject({ code: 0 });
    await proxy.become('passes');
    await collector.start();
    const all = expected(['before', 'during', 'without'], 50);
    expect(await stored(all.length)).toEqual(all);
  });

  test('give documents like those of OTLP: who, from where, what, when, and for JSON the same identity', async () => {
    collector = await startCollector(destinations);
    await startProgram({
      args: [...preload, `${import.meta.dirname}/../preload/fixtures/sends.cjs`, 'natural'],
      env: { LOG_DIR: directory, SENTRIKAT_TIME_ZONE: 'utc' },
    }).ended();
    const found = await untilStored(
      elasticsearchUrl,
      `${destinations['ELASTIC_INDEX_PREFIX']}*`,
      (documents) => documents.length >= 2,
    );
    const [audit] = parseJsonLines(readLog(directory, 'audit'));
    expect(found.find(({ index }) => index.endsWith('audit'))).toMatchObject({
      id: audit?.['id'],
      source: {
        '@timestamp': expect.stringContaining(String(audit?.['timestamp']).slice(0, 19)),
        'event.action': 'user.created',
        'event.category': ['iam'],
        'service.name': `files-${run}`,
      },
    });
    const [access] = linesOf(readLog(directory, 'access'));
    expect(found.find(({ index }) => index.endsWith('access'))?.source).toMatchObject({
      '@timestamp': `${access?.slice(1, 20).replace(' ', 'T')}Z`,
      'event.action': 'http.server.request',
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'url.path': '/sent',
      'source.ip': '127.0.0.1',
    });
  });
});

function expected(names: readonly string[], count: number): string[] {
  return names
    .flatMap((name) =>
      concerns.flatMap((concern) => Array.from({ length: count }, (_, index) => `${name} ${concern} ${index}`)),
    )
    .toSorted();
}
