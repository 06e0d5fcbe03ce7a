import { diag, DiagLogLevel, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { AlwaysOffSampler, createAlwaysRecordSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, test } from 'vitest';

import type { DerivedRecord } from '../derived-record.ts';
import { connection, failedWith, spanMaker, start, type SpanFacts } from './pg-spans.test-setup.ts';
import { SanitiseExportedSpanProcessor } from './sanitise-exported-span.ts';
import { maxSqlCharacters } from './sanitise-sql.ts';
import { SlowQuerySpanProcessor } from './slow-query-span-processor.ts';

function recordsOf(name: string, facts: SpanFacts = {}, scope?: string): DerivedRecord[] {
  const records: DerivedRecord[] = [];
  const processor = new SlowQuerySpanProcessor({ emit: (record) => records.push(record), slowQueryMillis: 200 });
  spanMaker({ spanProcessors: [processor], scope })(name, facts);
  return records;
}

function bodiesOf(name: string, facts: SpanFacts = {}): string[] {
  return recordsOf(name, facts).map(({ body }) => body);
}

const query = (text: unknown) => ({ ...connection, 'db.query.text': text });

describe('a slow query', () => {
  test('is one record of the performance concern, without its values', () => {
    const records = recordsOf('pg.query:SELECT shop', {
      attributes: query(`SELECT * FROM users WHERE email = 'bob@example.com' AND id = $1`),
      millis: 312.454,
    });
    expect(records).toEqual([
      {
        concern: 'performance',
        severityNumber: 9,
        eventName: 'performance.query.slow',
        body: 'SLOW QUERY: 312.45ms SELECT * FROM users WHERE email = ? AND id = $1',
        attributes: {
          'db.system.name': 'postgresql',
          'db.namespace': 'shop',
          'server.address': 'db.internal',
          'server.port': 5432,
          'db.query.text': 'SELECT * FROM users WHERE email = ? AND id = $1',
          'db.operation.name': 'SELECT',
          'sentrikat.duration_ms': 312.45,
        },
        timestamp: [start, 312_454_000],
        context: expect.anything(),
      },
    ]);
  });

  test('belongs to the trace of its span, sampled or not', () => {
    const records: DerivedRecord[] = [];
    const processor = new SlowQuerySpanProcessor({ emit: (record) => records.push(record), slowQueryMillis: 200 });
    const sampler = createAlwaysRecordSampler(new AlwaysOffSampler());
    const span = spanMaker({ spanProcessors: [processor], sampler })('pg.query:SELECT shop');
    const context = records[0]?.context;
    expect(context && trace.getSpanContext(context)).toEqual(span.spanContext());
    expect(span.spanContext().traceFlags).toBe(TraceFlags.NONE);
  });

  test.each([
    [
      'a prepared one',
      'pg.query:find-user shop',
      { ...query('SELECT 1'), 'db.postgresql.plan': 'find-user' },
      'SELECT ?',
    ],
    ['in lower case, on several lines', 'pg.query:SELECT\n shop', query('\n  select\n    1,\n    b\n'), 'select ?, b'],
    ['behind a comment', 'pg.query:-- shop', query('-- secret\nupdate t set a = 1'), 'update t set a = ?'],
    ['without a text', 'pg.query', connection, '(no text)'],
    ['of a comment alone', 'pg.query:-- shop', query('-- secret'), '(no text)'],
    ['with no attribute at all', 'pg.query', {}, '(no text)'],
    ['with a text that is none', 'pg.query', query(['select', 1]), 'select,?'],
  ])('%s is shown by its text', (_, name, attributes, shown) => {
    expect(bodiesOf(name, { attributes })).toEqual([`SLOW QUERY: 300.00ms ${shown}`]);
  });

  test.each([
    ['select 1', 'SELECT'],
    ['(select 1) union (select 2)', 'SELECT'],
    ['WITH a AS (SELECT 1) DELETE FROM b', 'WITH'],
    ['begin;', 'BEGIN'],
    ['/* secret */ Insert into t values (1)', 'INSERT'],
    ["'secret'", undefined],
    ['', undefined],
    ['"t"', undefined],
  ])('%j has the operation %j', (text, operation) => {
    expect(recordsOf('pg.query', { attributes: query(text) })[0]?.attributes['db.operation.name']).toBe(operation);
  });

  test.each([
    [200, 0],
    [199.999_999, 0],
    [200.000_001, 1],
    [0, 0],
    [3_600_000, 1],
  ])('of %d ms, where 200 is the threshold, makes %d records', (millis, count) => {
    expect(recordsOf('pg.query:SELECT shop', { attributes: query('select 1'), millis })).toHaveLength(count);
  });
});

describe('a slow query that failed', () => {
  const canceled = failedWith(`canceling statement due to statement timeout: 'secret'`, '57014');

  test('says its SQLSTATE and none of the server’s words', () => {
    const [record] = recordsOf('pg.query:SELECT shop', { attributes: query('select 1'), meanwhile: canceled });
    expect(record?.body).toBe('SLOW QUERY: 300.00ms failed:57014 select ?');
    expect(record?.attributes).toMatchObject({ 'error.type': '57014', 'db.response.status_code': '57014' });
    expect(JSON.stringify(record)).not.toContain('secret');
  });

  test.each([
    ['ECONNRESET', 'ECONNRESET'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
    [undefined, '_OTHER'],
    ['secret text', '_OTHER'],
  ])('with the code %s is of the type %s, which is no SQLSTATE', (code, type) => {
    const meanwhile = failedWith('Connection terminated', code);
    const [record] = recordsOf('pg.query:SELECT shop', { attributes: query('select 1'), meanwhile });
    expect(record?.body).toBe(`SLOW QUERY: 300.00ms failed:${type} select ?`);
    expect(record?.attributes['error.type']).toBe(type);
    expect(record?.attributes['db.response.status_code']).toBe(undefined);
  });

  test('with what is no Error, and so leaves no event, has failed all the same', () => {
    expect(
      bodiesOf('pg.query:SELECT shop', {
        attributes: query('select 1'),
        meanwhile: (span) => span.setStatus({ code: SpanStatusCode.ERROR, message: 'secret' }),
      }),
    ).toEqual(['SLOW QUERY: 300.00ms failed:_OTHER select ?']);
  });
});

describe('a slow wait for a connection', () => {
  const pool = { ...connection, 'db.postgresql.idle.timeout.millis': 10_000 };

  test('is told apart from a slow query', () => {
    const records = recordsOf('pg-pool.connect', { attributes: pool, millis: 254 });
    expect(records).toEqual([
      {
        concern: 'performance',
        severityNumber: 9,
        eventName: 'performance.pool_wait.slow',
        body: 'SLOW POOL WAIT: 254.00ms for a connection to shop',
        attributes: {
          'db.system.name': 'postgresql',
          'db.namespace': 'shop',
          'server.address': 'db.internal',
          'server.port': 5432,
          'sentrikat.duration_ms': 254,
        },
        timestamp: [start, 254_000_000],
        context: expect.anything(),
      },
    ]);
  });

  test.each([
    ['ECONNREFUSED', 'failed:ECONNREFUSED'],
    ['53300', 'failed:53300'],
    [undefined, 'failed:_OTHER'],
  ])('that failed with the code %s says %s', (code, failed) => {
    expect(
      bodiesOf('pg-pool.connect', { attributes: pool, meanwhile: failedWith('connect 127.0.0.1:5432', code) }),
    ).toEqual([`SLOW POOL WAIT: 300.00ms ${failed} for a connection to shop`]);
  });

  test.each([undefined, ''])('for a database whose name is %j is shown without', (database) => {
    expect(bodiesOf('pg-pool.connect', { attributes: { ...pool, 'db.namespace': database } })).toEqual([
      'SLOW POOL WAIT: 300.00ms for a connection to the database',
    ]);
  });
});

test('spans that are neither, and spans of others, make no record', () => {
  expect(recordsOf('pg.connect')).toEqual([]);
  expect(
    recordsOf('pg.query:SELECT shop', { attributes: query('select 1') }, '@opentelemetry/instrumentation-knex'),
  ).toEqual([]);
});

test('the record is the same where the span is sanitised for its export first', () => {
  const text = `select 'secret' ${', a'.repeat(maxSqlCharacters)}`;
  const facts = { attributes: query(text), meanwhile: failedWith('secret', '57014') };
  const records: DerivedRecord[] = [];
  const processor = new SlowQuerySpanProcessor({ emit: (record) => records.push(record), slowQueryMillis: 200 });
  spanMaker({ spanProcessors: [new SanitiseExportedSpanProcessor(), processor] })('pg.query:SELECT shop', facts);
  expect(records.map(withoutContext)).toEqual(recordsOf('pg.query:SELECT shop', facts).map(withoutContext));
});

describe('an emit that throws', () => {
  afterEach(() => diag.disable());

  test('does not throw into the application, and is reported', () => {
    const reported: unknown[][] = [];
    const report = (...args: unknown[]) => void reported.push(args);
    diag.setLogger({ error: report, warn: report, info: report, debug: report, verbose: report }, DiagLogLevel.ERROR);
    const failure = new Error('disk full');
    const processor = new SlowQuerySpanProcessor({
      emit() {
        throw failure;
      },
      slowQueryMillis: 200,
    });
    const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('@opentelemetry/instrumentation-pg');
    const span = tracer.startSpan('pg.query:SELECT shop', { startTime: [start, 0] });
    expect(() => span.end([start + 1, 0])).not.toThrow();
    expect(reported).toEqual([['a slow query could not be recorded', failure]]);
  });
});

function withoutContext(record: DerivedRecord): object {
  return { ...record, context: undefined };
}
