/** An Elasticsearch with TLS and users, as it is in the field; the collector may do as little there as it needs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../instruments/log-files.ts';
import { sendRecords } from '../instruments/otlp-sender.ts';
import { bootstrap, noCollector, startCollector } from '../servers/collector.ts';
import { noElasticsearch, startElasticsearch, type ElasticsearchServer } from '../servers/elasticsearch.ts';

const reason = noCollector() ?? noElasticsearch();
/** What the README says that the collector needs. */
const leastRole = {
  indices: [{ names: ['sentrikat-*'], privileges: ['create_doc', 'auto_configure'] }],
};

describe.skipIf(reason !== undefined)('an Elasticsearch with TLS and users', () => {
  let elasticsearch: ElasticsearchServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    elasticsearch = await startElasticsearch({
      users: [
        { name: 'administrator', password: 'administrators-own', role: 'superuser' },
        { name: 'collector', password: 'collectors-own', role: leastRole },
      ],
    });
  });

  afterAll(async () => {
    await elasticsearch?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function asUser(name: string, password: string): Record<string, string> {
    const file = join(folder, name);
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
    return {
      ELASTIC_HOST: elasticsearch.url,
      ELASTIC_CA_FILE: elasticsearch.certificateFile,
      ELASTIC_USERNAME: name,
      ELASTIC_PASSWORD_FILE: file,
    };
  }

  async function count(): Promise<number> {
    const url = `${elasticsearch.url}/sentrikat-audit/_count`;
    const answer = await new Promise<Buffer[]>((resolve, reject) => {
      const options = { auth: 'administrator:administrators-own', rejectUnauthorized: false };
      https.get(url, options, (response) => resolve(response.toArray())).on('error', reject);
    });
    return (JSON.parse(Buffer.concat(answer).toString()) as { count: number }).count;
  }

  test('takes documents of a user who may only add some, once the templates are there, and after a password that was wrong', async () => {
    const environment = asUser('collector', 'not-the-password');
    const retry = { initial_interval: '100ms', max_interval: '200ms' };
    const batch = { flush_timeout: '50ms' };
    const collector = await startCollector(environment, {
      exporters: { elasticsearch_bulk: { retry_on_failure: retry, sending_queue: { batch } } },
    });
    try {
      await sendRecords(collector.endpoint, [{ concern: 'audit', body: 'x', attributes: { 'log.record.uid': '1' } }]);
      await eventually(() => (collector.output().includes('401') ? true : undefined));
      bootstrap(asUser('administrator', 'administrators-own'));
      asUser('collector', 'collectors-own');
      await eventually(async () => ((await count()) === 1 ? true : undefined));
      expect(collector.output()).not.toMatch(/not-the-password|collectors-own/);
    } finally {
      await collector.stop();
    }
  });

  test('is not taken for another one: without its certificate authority nothing is sent there', () => {
    const { ELASTIC_CA_FILE: _, ...environment } = asUser('administrator', 'administrators-own');
    expect(() => bootstrap(environment)).toThrow(
      /ELASTICSEARCH_UNREACHABLE: .*certificate signed by unknown authority/,
    );
  });

  test('says who may not put templates there', () => {
    expect(() => bootstrap(asUser('collector', 'collectors-own'))).toThrow(
      /ELASTICSEARCH_REFUSED: PUT .* was answered with 403: .*\n {2}why .*\n {2}do .*manage_index_templates/,
    );
  });
});
