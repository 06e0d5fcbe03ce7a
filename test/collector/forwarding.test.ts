/** From an application with the preload through the collector into a real Elasticsearch and a real rsyslog. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { eventually, readLog, parseJsonLines } from '../instruments/log-files.ts';
import { sendRecords } from '../instruments/otlp-sender.ts';
import { preload, startProgram } from '../instruments/program.ts';
import { untilStored, type StoredDocument } from '../instruments/stored-documents.ts';
import { bootstrap, noCollector, startCollector, type CollectorServer } from '../servers/collector.ts';
import { publishedCollector } from '../servers/published-collector.ts';
import { noRsyslog, startRsyslog, type Message, type RsyslogServer } from '../servers/rsyslog.ts';

const elasticsearchUrl = inject('elasticsearchUrl');
const isPossible = elasticsearchUrl !== '' && (noCollector() ?? noRsyslog()) === undefined;
/** Nobody waits for a batch to fill. */
const quick = { sending_queue: { batch: { flush_timeout: '50ms' } } };

interface Distribution {
  readonly name: string;
  readonly environment: () => Readonly<Record<string, string>>;
  readonly exporters: object;
  /** Of the data streams. */
  readonly prefix: string;
  readonly keepsWhatIsRefused: boolean;
}

const distributions: readonly Distribution[] = [
  {
    name: 'of this project',
    environment: () => ({}),
    exporters: { elasticsearch_bulk: quick },
    prefix: 'sentrikat-',
    keepsWhatIsRefused: true,
  },
  {
    name: 'of the OpenTelemetry project’s own components',
    environment: () => ({
      SENTRIKAT_COLLECTOR_DISTRIBUTION: 'contrib',
      SENTRIKAT_COLLECTOR_PROGRAM: publishedCollector(),
      ELASTIC_INDEX_PREFIX: 'published-',
    }),
    exporters: { elasticsearch: quick },
    prefix: 'published-',
    keepsWhatIsRefused: false,
  },
];

describe.skipIf(!isPossible).each(distributions)('a collector $name, with both destinations,', (distribution) => {
  const { prefix } = distribution;
  let rsyslog: RsyslogServer;
  let collector: CollectorServer;
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'forwarding-'));
    rsyslog = await startRsyslog();
    const destinations = { ELASTIC_HOST: elasticsearchUrl, RSYSLOG_REMOTE: rsyslog.tcp, RSYSLOG_PROTOCOL: 'tcp' };
    const environment = { ...distribution.environment(), ...destinations };
    bootstrap(environment);
    collector = await startCollector(environment, { exporters: distribution.exporters });
  });

  afterAll(async () => {
    await collector?.stop();
    await rsyslog?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function messages(service: string, count: number): Promise<Message[]> {
    return eventually(() => {
      const found = rsyslog.received().filter(({ appName }) => appName === service);
      return found.length >= count ? found : undefined;
    });
  }

  /** Of this test: records of others are about other services. */
  const documents = (service: string, count: number): Promise<StoredDocument[]> =>
    untilStored(
      elasticsearchUrl,
      `${prefix}*`,
      (found) => found.length >= count,
      ({ source }) => source['service.name'] === service,
    );

  test('brings what a service records into the data stream of its concern and to syslog, each once', async () => {
    const ending = await startProgram({
      args: [...preload, `${import.meta.dirname}/../preload/fixtures/sends.cjs`, 'natural'],
      env: { LOG_DIR: directory, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_SERVICE_NAME: 'sends' },
    }).ended();
    expect(ending).toMatchObject({ code: 0, stderr: '' });
    const [written] = parseJsonLines(readLog(directory, 'audit'));
    const found = await documents('sends', 2);
    expect(found.map(({ index }) => index).toSorted()).toEqual([`${prefix}access`, `${prefix}audit`]);
    const audit = found.find(({ index }) => index === `${prefix}audit`);
    expect(audit).toMatchObject({
      id: written?.['id'],
      source: {
        message: 'sent and written',
        'event.action': 'user.created',
        'event.category': ['iam'],
        'event.type': ['user', 'creation'],
        'event.dataset': 'sentrikat.audit',
        'log.level': 'info',
      },
    });
    expect(found.find(({ index }) => index === `${prefix}access`)?.source).toMatchObject({
      'event.category': ['web'],
      'event.outcome': 'success',
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'url.path': '/sent',
      'source.ip': '127.0.0.1',
    });
    const sent = await messages('sends', 2);
    expect(sent.map(({ messageId, pri }) => [messageId, pri]).toSorted()).toEqual([
      ['access', String(17 * 8 + 6)],
      ['audit', String(13 * 8 + 6)],
    ]);
    expect(JSON.parse(sent.find(({ messageId }) => messageId === 'audit')?.message ?? '')).toEqual(audit?.source);
  });

  test.each([
    ['nobody', 'application'],
    ['no concern', 'application'],
    ['__proto__', 'application'],
    ['../audit', 'application'],
    ['AUDIT', 'application'],
    ['security', 'security'],
  ])('takes the concern %j for %s', async (concern, expected) => {
    const service = `concern-${Buffer.from(concern).toString('hex')}`;
    await sendRecords(collector.endpoint, [{ concern, body: 'x' }], { resource: { 'service.name': service } });
    const [found] = await documents(service, 1);
    expect(found?.index).toBe(`${prefix}${expected}`);
  });

  test('keeps what it has no field for together in one, so that nobody can fill the mapping', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`made.up.${index}`, index]));
    await sendRecords(collector.endpoint, [{ body: 'many', attributes }], { resource: { 'service.name': 'many' } });
    const [found] = await documents('many', 1);
    expect(found?.source['sentrikat.attributes']).toEqual(attributes);
  });

  test.each([
    ['an object', { roles: [], nested: { deep: [{ a: 1 }] } }, { roles: [], nested: { deep: [{ a: 1 }] } }],
    ['a text', 'member', { value: 'member' }],
    ['a list', ['a', 'b'], { value: ['a', 'b'] }],
  ])('stores what a thing was before and after, whole: %s', async (kind, value, expected) => {
    const service = `values-${kind}`;
    const attributes = { 'sentrikat.old_value': value, 'sentrikat.new_value': value };
    await sendRecords(collector.endpoint, [{ concern: 'audit', body: 'x', attributes }], {
      resource: { 'service.name': service },
    });
    const [found] = await documents(service, 1);
    expect(found).toMatchObject({
      index: `${prefix}audit`,
      source: { 'sentrikat.old_value': expected, 'sentrikat.new_value': expected },
    });
  });

  test.runIf(distribution.keepsWhatIsRefused)('keeps a document that Elasticsearch refuses, and says so', async () => {
    const attributes = { 'user.id': { not: 'a keyword' }, 'log.record.uid': 'refused-1' };
    await sendRecords(collector.endpoint, [{ concern: 'audit', body: 'cannot be mapped', attributes }], {
      resource: { 'service.name': 'refused' },
    });
    const [rejected] = await untilStored(
      elasticsearchUrl,
      `${prefix}rejected`,
      (found) => found.length > 0,
      ({ id }) => id.includes('refused-1'),
    );
    expect(rejected?.source).toMatchObject({ 'sentrikat.rejected_from': `${prefix}audit` });
    expect(JSON.parse(String(rejected?.source['message']))).toMatchObject({ message: 'cannot be mapped' });
    expect(await collector.metric('sentrikat_elasticsearch_documents_total', { outcome: 'rejected' })).toBe(1);
  });

  test('redacts a body of members by their names, before it is text', async () => {
    const body = { password: 'hunter2', name: 'ada', nested: { list: [{ api_key: 'k-0123456789' }] } };
    await sendRecords(collector.endpoint, [{ body }], { resource: { 'service.name': 'secret-members' } });
    const [found] = await documents('secret-members', 1);
    const [message] = await messages('secret-members', 1);
    expect(JSON.parse(String(found?.source['message']))).toEqual({
      password: '****',
      name: 'ada',
      nested: { list: [{ api_key: '****' }] },
    });
    expect(JSON.parse(message?.message ?? '')).toEqual(found?.source);
  });

  test.each([
    ['none', {}],
    ['an empty one', { 'log.record.uid': '' }],
    ['a number', { 'log.record.uid': 7 }],
  ])('gives a record an id that has %s', async (kind, attributes) => {
    const service = `id-${kind.replaceAll(' ', '-')}`;
    await sendRecords(collector.endpoint, [{ body: 'x', attributes }], { resource: { 'service.name': service } });
    const [found] = await documents(service, 1);
    expect(found?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(found?.source['event.id']).toBe(found?.id);
  });

  test('redacts what a sender has not', async () => {
    await sendRecords(
      collector.endpoint,
      [
        {
          concern: 'audit',
          body: 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345',
          attributes: {
            api_key: 'k-0123456789',
            'sentrikat.new_value': { name: 'ada', nested: { password: 'hunter2' } },
            jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P',
          },
        },
      ],
      { resource: { 'service.name': 'secrets' } },
    );
    const [found] = await documents('secrets', 1);
    const [message] = await messages('secrets', 1);
    for (const text of [JSON.stringify(found), message?.raw]) {
      expect(text).toContain('ada');
      for (const secret of ['abcdefghijklmnop', 'k-0123456789', 'hunter2', 'eyJzdWIiOiIx'])
        expect(text).not.toContain(secret);
    }
  });
});
