/** The templates of collector/elasticsearch on a real server: what they make of data streams, and what becomes of documents. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fieldTypes } from '../documents/elasticsearch-fields.ts';
import { streams } from '../documents/elasticsearch-templates.ts';
import { ask, storedDocuments } from '../instruments/stored-documents.ts';
import { noElasticsearch, startElasticsearch, type ElasticsearchServer } from '../servers/elasticsearch.ts';
import { putAssets } from './put-assets.ts';

const reason = noElasticsearch();
const prefix = 'shop-logs_';

/** A value of each type, and how it is found again. */
const samples: Readonly<Record<string, { readonly value: unknown; readonly query: (field: string) => unknown }>> = {
  date: { value: '2026-01-02T03:04:05.678901Z', query: range('2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z') },
  text: { value: 'Several words of prose', query: (field) => ({ match: { [field]: 'prose' } }) },
  keyword: { value: 'a keyword', query: (field) => ({ term: { [field]: 'a keyword' } }) },
  ip: { value: '10.1.2.3', query: (field) => ({ term: { [field]: '10.0.0.0/8' } }) },
  long: { value: 9_007_199_254_740_991, query: range(9_007_199_254_740_991, 9_007_199_254_740_991) },
  double: { value: 12.34, query: range(12.33, 12.35) },
  flattened: {
    value: { role: 'admin', nested: { deep: [1, true, null] } },
    query: (field) => ({ term: { [`${field}.role`]: 'admin' } }),
  },
};

function range(from: unknown, to: unknown): (field: string) => unknown {
  return (field) => ({ range: { [field]: { gte: from, lte: to } } });
}

const fields = fieldTypes.flatMap(({ mapping: { type }, fields: names }) =>
  names.map((name) => ({ name, sample: samples[type as string] })),
);
const fullDocument = Object.fromEntries(fields.map(({ name, sample }) => [name, sample?.value]));

describe.skipIf(reason !== undefined)(`the templates of Elasticsearch ${reason ?? ''}`, () => {
  let elasticsearch: ElasticsearchServer;

  beforeAll(async () => {
    elasticsearch = await startElasticsearch();
    await putAssets(elasticsearch.url, prefix);
  });

  afterAll(() => elasticsearch.stop());

  const askThis = (method: string, path: string, body?: unknown) => ask(elasticsearch.url, method, path, body);

  function create(name: string, document: unknown): Promise<unknown> {
    return askThis('POST', `/${prefix}${name}/_create/${crypto.randomUUID()}?refresh=true`, document);
  }

  async function count(name: string, query: unknown): Promise<number> {
    return ((await askThis('POST', `/${prefix}${name}/_count`, { query })) as { count: number }).count;
  }

  test('may be put again', async () => {
    await expect(putAssets(elasticsearch.url, prefix)).resolves.toBeUndefined();
  });

  describe.each(streams)('$name', ({ name, days }) => {
    test(`is a data stream, kept for ${days} days`, async () => {
      const simulated = await askThis('POST', `/_index_template/_simulate_index/${prefix}${name}`);
      expect(simulated).toMatchObject({ template: { lifecycle: { data_retention: `${days}d`, enabled: true } } });
      await expect(create(name, { '@timestamp': '2026-01-01T00:00:00Z' })).resolves.toMatchObject({
        _index: expect.stringMatching(new RegExp(`^\\.ds-${prefix}${name}-`)),
      });
    });

    test('finds a document by each of its fields', async () => {
      await create(name, fullDocument);
      for (const { name: field, sample } of fields) {
        expect([field, await count(name, sample?.query(field))]).toEqual([field, 1]);
      }
    });

    test('gives back a document as it was', async () => {
      const document = { ...fullDocument, 'event.id': 'as it was' };
      await create(name, document);
      const stored = await storedDocuments(elasticsearch.url, prefix + name);
      expect(stored.find(({ source }) => source['event.id'] === 'as it was')?.source).toEqual(document);
    });
  });

  test('are those of these names and no others', async () => {
    for (const name of ['other', 'audits', 'audit-', 'audit-2', 'settings']) {
      await expect(create(name, { '@timestamp': '2026-01-01T00:00:00Z' })).resolves.toMatchObject({
        _index: prefix + name,
      });
    }
    await expect(askThis('POST', '/sentrikat-audit/_create/1', {})).resolves.toMatchObject({
      _index: 'sentrikat-audit',
    });
  });

  test('do not grow by fields that nobody knows', async () => {
    const made = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`made.up.${index}`, index]));
    await create('application', { '@timestamp': '2026-01-01T00:00:00Z', 'event.id': 'made up', ...made });
    const mapping = JSON.stringify(await askThis('GET', `/${prefix}application/_mapping`));
    expect(mapping).toContain('"dynamic":"false"');
    expect(mapping).not.toContain('"made"');
    expect(await count('application', { term: { 'event.id': 'made up' } })).toBe(1);
  });

  test.each([
    ['source.ip', 'not an address'],
    ['event.created', 'yesterday'],
    ['http.response.status_code', 'none'],
    ['sentrikat.duration_ms', 'long'],
  ])('keep a document whose %s is "%s", and do not find it by that', async (field, value) => {
    const id = `${field} is malformed`;
    await create('access', { '@timestamp': '2026-01-01T00:00:00Z', 'event.id': id, [field]: value });
    const query = { bool: { filter: [{ term: { 'event.id': id } }, { term: { _ignored: field } }] } };
    expect(await count('access', query)).toBe(1);
  });

  test('keep a document with values longer than Elasticsearch can look up', async () => {
    const long = '\u{1f600}'.repeat(20_000);
    const document = { 'url.path': long, message: long, 'user.id': long, 'sentrikat.attributes': { long } };
    await create('access', { '@timestamp': '2026-01-01T00:00:00Z', 'event.id': 'long', ...document });
    expect(await count('access', { term: { 'event.id': 'long' } })).toBe(1);
  });

  test('refuse a document that has no time', async () => {
    await expect(create('audit', { message: 'when?' })).rejects.toThrow('@timestamp');
    await expect(create('audit', { '@timestamp': 'then' })).rejects.toThrow('@timestamp');
  });

  test('take in what an operator adds, and leave it alone', async () => {
    const custom = { template: { settings: { index: { refresh_interval: '7s' } } } };
    await askThis('PUT', `/_component_template/${prefix}custom`, custom);
    await putAssets(elasticsearch.url, prefix);
    const simulated = await askThis('POST', `/_index_template/_simulate_index/${prefix}audit`);
    expect(simulated).toMatchObject({ template: { settings: { index: { refresh_interval: '7s' } } } });
  });
});
