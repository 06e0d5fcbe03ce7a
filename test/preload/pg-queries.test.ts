/** Queries of a real application on a real Postgres: what it waited for, told apart, and nobody's data; and what it is given, as without us. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { parseJsonLines, readLog } from '../instruments/log-files.ts';
import { startOtlpReceiver } from '../instruments/otlp-receiver.ts';
import { preload, startProgram } from '../instruments/program.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';

let postgres: PostgresServer;
let directory: string;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pg-queries-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function run(program: string, env: Record<string, string> = {}, options: readonly string[] = preload) {
  const args = [...options, `${import.meta.dirname}/fixtures/${program}`, postgres.url];
  return startProgram({ args, env: { LOG_DIR: directory, ...env } }).ended();
}

function performanceLines(): { message: string; durationMillis: number; attributes: Record<string, unknown> }[] {
  return parseJsonLines(readLog(directory, 'performance')).map((line) => ({
    message: String(line['message']),
    durationMillis: Number(line['duration_ms']),
    attributes: line['attributes'] as Record<string, unknown>,
  }));
}

describe.each(['queries.cjs', 'queries.mjs'])('%s', (program) => {
  test('has a line for each query over 200 ms, failed or not, and one for the wait for a connection', async () => {
    expect(await run(program)).toMatchObject({ code: 0, stderr: '' });
    expect(
      performanceLines()
        .map(({ message }) => message.replace(/\d+\.\d\dms/, 'N.NNms'))
        .toSorted(),
    ).toEqual([
      'SLOW POOL WAIT: N.NNms for a connection to postgres',
      'SLOW QUERY: N.NNms SELECT ? AS word, pg_sleep(?), $1::text',
      'SLOW QUERY: N.NNms SELECT pg_sleep(?)',
      'SLOW QUERY: N.NNms failed:57014 SELECT pg_sleep(?), ?',
    ]);
  });
});

test('a line says how long it took, where, and which statement, as attributes of their own', async () => {
  await run('queries.cjs');
  const line = performanceLines().find(({ message }) => message.includes(' AS word'));
  expect(line?.durationMillis).toBeGreaterThanOrEqual(250);
  expect(line?.attributes).toMatchObject({
    'db.system.name': 'postgresql',
    'db.namespace': 'postgres',
    'db.operation.name': 'SELECT',
    'db.query.text': 'SELECT ? AS word, pg_sleep(?), $1::text',
    'server.address': '127.0.0.1',
  });
});

test('the threshold is what SENTRIKAT_SLOW_QUERY_MS says', async () => {
  await run('queries.cjs', { SENTRIKAT_SLOW_QUERY_MS: '280' });
  const messages = performanceLines().map(({ message }) => message);
  expect(messages.some((message) => message.includes(' AS word'))).toBe(false);
  expect(messages.some((message) => message.endsWith('SELECT pg_sleep(?)'))).toBe(true);
});

test('no value of a statement is in any file, nor sent to a collector', async () => {
  const receiver = await startOtlpReceiver();
  await run('queries.cjs', {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  await receiver.close();
  expect(receiver.spans.filter(({ attributes }) => 'db.query.text' in attributes).length).toBeGreaterThan(5);
  expect(JSON.stringify([receiver.spans, receiver.logs])).not.toContain('s3cret');
  expect(readLog(directory, 'performance')).not.toContain('s3cret');
});

test('configurations that are frozen, or used again, are as without the preload, and each query is watched', async () => {
  const bare = await run('pg-queries.cjs', {}, []);
  expect(bare).toMatchObject({ code: 0, stderr: '' });
  const word = [{ word: 'kept' }];
  expect(JSON.parse(bare.stdout)).toEqual([word, [['kept']], '22P02', word, word, true, word]);
  expect(await run('pg-queries.cjs', { SENTRIKAT_SLOW_QUERY_MS: '0' })).toEqual(bare);
  expect(performanceLines().filter(({ message }) => message.startsWith('SLOW QUERY'))).toHaveLength(106);
});
