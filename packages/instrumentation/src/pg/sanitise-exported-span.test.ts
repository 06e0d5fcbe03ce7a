import { diag, DiagLogLevel, SpanStatusCode } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  createAlwaysRecordSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, test } from 'vitest';

import { connection, failedWith, spanMaker, type SpanFacts, type Tracing } from './pg-spans.test-setup.ts';
import { SanitiseExportedSpanProcessor } from './sanitise-exported-span.ts';

function exported(name: string, facts: SpanFacts, tracing: Partial<Tracing> = {}): ReadableSpan | undefined {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SanitiseExportedSpanProcessor(), new SimpleSpanProcessor({ exporter })];
  spanMaker({ spanProcessors, ...tracing })(name, facts);
  return exporter.getFinishedSpans()[0];
}

const query = (text: unknown, more = {}) => ({ attributes: { ...connection, 'db.query.text': text, ...more } });

test('the statement is exported without its values, and with all its other attributes', () => {
  const span = exported(
    'pg.query:SELECT shop',
    query(`SELECT * FROM users WHERE email = 'bob@example.com' AND id = $1`),
  );
  expect(span?.name).toBe('pg.query:SELECT shop');
  expect(span?.attributes).toEqual({
    ...connection,
    'db.query.text': 'SELECT * FROM users WHERE email = ? AND id = $1',
  });
  expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
});

test('a query that failed is exported as failed, with its SQLSTATE, without the server’s words', () => {
  const meanwhile = failedWith('invalid input syntax for type integer: "secret"', '22P02');
  const span = exported('pg.query:SELECT shop', { ...query(`SELECT 'secret'::int`), meanwhile });
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span?.events.map(({ attributes }) => attributes)).toEqual([
    { 'exception.message': "PostgreSQL error of type 'error' occurred (code: 22P02)" },
  ]);
  expect(JSON.stringify([span?.name, span?.attributes, span?.status])).not.toContain('secret');
});

test.each(['pg-pool.connect', 'pg.connect'])('%s that failed is exported without the words too', (name) => {
  const span = exported(name, { meanwhile: failedWith('password authentication failed for user "bob"', '28P01') });
  expect(span?.name).toBe(name);
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span?.attributes).toEqual(connection);
});

describe('the name, which the instrumentation makes of the text before the first space', () => {
  test.each([
    ['pg.query:SELECT shop', 'SELECT 1', 'pg.query:SELECT shop'],
    ["pg.query:SELECT'SECRET' shop", "select'secret' from t", 'pg.query:SELECT shop'],
    ["pg.query:SELECT\n\t'SECRET'\nFROM\tT shop", "select\n\t'secret'\nfrom\tt", 'pg.query:SELECT shop'],
    ['pg.query:/* shop', '/* secret */ select 1', 'pg.query:SELECT shop'],
    ['pg.query:--SECRET\nSELECT shop', '--secret\nselect 1', 'pg.query:SELECT shop'],
    ["pg.query:'SECRET' shop", "'secret'", 'pg.query:? shop'],
    ["pg.query:SELECT'SECRET' shop", undefined, 'pg.query:SELECT shop'],
  ])('%j of %j is exported as %j', (name, text, shown) => {
    expect(exported(name, query(text))?.name).toBe(shown);
  });

  test('stays without a database', () => {
    expect(exported("pg.query:SELECT'X'", query("select'x'", { 'db.namespace': undefined }))?.name).toBe(
      'pg.query:SELECT',
    );
  });

  test.each(['pg.query:find-user shop', 'my own name'])('stays %j where the application chose it', (name) => {
    const span = exported(name, query('select 1', { 'db.postgresql.plan': 'find-user' }));
    expect(span?.name).toBe(name);
    expect(span?.attributes['db.query.text']).toBe('select ?');
  });
});

test('a text that limits have cut in the middle of a value shows nothing of it', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanLimits: { attributeValueLengthLimit: 20, attributeCountLimit: 1 },
    spanProcessors: [new SanitiseExportedSpanProcessor(), new SimpleSpanProcessor({ exporter })],
  });
  const span = provider.getTracer('@opentelemetry/instrumentation-pg').startSpan('pg.query:SELECT');
  span.setAttribute('db.query.text', `select a, 'secret value'`).end();
  expect(exporter.getFinishedSpans()[0]?.attributes).toEqual({ 'db.query.text': 'select a, ?' });
});

test('a text that is none is exported as no text of ours', () => {
  expect(exported('pg.query:SELECT shop', query({ secret: 'secret' }))?.attributes['db.query.text']).toBe(
    'SELECT shop',
  );
});

describe('left as they are', () => {
  const text = `select 'shown'`;
  const meanwhile = failedWith('shown', '42601');

  test('spans of other instrumentations', () => {
    const span = exported('pg.query:SELECT shop', { ...query(text), meanwhile }, { scope: 'shop' });
    expect(span?.attributes['db.query.text']).toBe(text);
    expect(span?.status.message).toBe('shown');
  });

  test('spans that are not sampled, which nobody exports', () => {
    const spanProcessors = [new SanitiseExportedSpanProcessor()];
    const sampler = createAlwaysRecordSampler(new AlwaysOffSampler());
    const span = spanMaker({ spanProcessors, sampler })('pg.query:SELECT shop', { ...query(text), meanwhile });
    expect(span.attributes['db.query.text']).toBe(text);
    expect(span.status.message).toBe('shown');
  });
});

describe('a span that cannot be written', () => {
  afterEach(() => diag.disable());

  test('does not throw into the application, and is reported', () => {
    const reported: unknown[][] = [];
    const report = (...args: unknown[]) => void reported.push(args);
    diag.setLogger({ error: report, warn: report, info: report, debug: report, verbose: report }, DiagLogLevel.ERROR);
    const failure = new Error('no attributes');
    const meanwhile = (span: object) =>
      void Object.defineProperty(span, 'attributes', {
        get() {
          throw failure;
        },
      });
    const makeSpan = spanMaker({ spanProcessors: [new SanitiseExportedSpanProcessor()] });
    expect(() => makeSpan('pg.query:SELECT shop', { meanwhile })).not.toThrow();
    expect(reported).toEqual([['the values in a database span could not be replaced', failure]]);
  });
});
