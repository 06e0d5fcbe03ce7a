/** The spans that the real instrumentation makes of the real `pg`, against a port where nobody answers. */
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';

import { SpanStatusCode } from '@opentelemetry/api';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type * as Pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { DerivedRecord } from '../derived-record.ts';
import { SanitiseExportedSpanProcessor } from './sanitise-exported-span.ts';
import { SlowQuerySpanProcessor } from './slow-query-span-processor.ts';

const records: DerivedRecord[] = [];
const exporter = new InMemorySpanExporter();
const instrumentation = new PgInstrumentation();
let pg: typeof Pg;
let refused: { readonly host: string; readonly port: number; readonly database: string };

beforeAll(async () => {
  const everythingIsSlow = { emit: (record: DerivedRecord) => void records.push(record), slowQueryMillis: -1 };
  instrumentation.setTracerProvider(
    new TracerProvider({
      spanProcessors: [
        new SanitiseExportedSpanProcessor(),
        new SimpleSpanProcessor({ exporter }),
        new SlowQuerySpanProcessor(everythingIsSlow),
      ],
    }),
  );
  // The instrumentation patches what is required after it was made.
  pg = createRequire(import.meta.url)('pg');
  refused = { host: '127.0.0.1', port: await closedPort(), database: 'shop' };
});

afterAll(() => instrumentation.disable());

test('a query that fails is one record and one exported span, both without its values', async () => {
  const client = new pg.Client(refused);
  await expect(client.connect()).rejects.toThrow('ECONNREFUSED');
  await client.end();
  await expect(client.query({ name: 'find', text: "select\t'secret'" })).rejects.toThrow('closed');
  await expect(client.query("select\t'secret'")).rejects.toThrow('closed');
  expect(bodies('SLOW QUERY')).toEqual(
    Array(2).fill(expect.stringMatching(/^SLOW QUERY: \d+\.\d\dms failed:\w+ select \?$/)),
  );
  const spans = exporter.getFinishedSpans().filter(({ name }) => name.startsWith('pg.query'));
  expect(spans.map(({ name }) => name).toSorted()).toEqual(['pg.query:SELECT shop', 'pg.query:find shop']);
  for (const { attributes, status } of spans) {
    expect(attributes['db.query.text']).toBe('select ?');
    expect(status).toEqual({ code: SpanStatusCode.ERROR });
  }
});

test('a pool that gives no connection is one record, with the reason', async () => {
  const pool = new pg.Pool(refused);
  await expect(pool.connect()).rejects.toThrow('ECONNREFUSED');
  await pool.end();
  expect(bodies('SLOW POOL WAIT')).toEqual([
    expect.stringMatching(/^SLOW POOL WAIT: \d+\.\d\dms failed:ECONNREFUSED for a connection to shop$/),
  ]);
});

function bodies(beginning: string): readonly string[] {
  return records.map(({ body }) => body).filter((body) => body.startsWith(beginning));
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
