/**
 * A job queue on Postgres that nobody here wrote, unchanged: each statement that the server itself found slow is one line,
 * and none that it found quick is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Ending, type Program } from '../instruments/program.ts';
import { startMeasuringPostgres, type MeasuredStatement, type MeasuringPostgres } from './measuring-postgres.ts';

const command = fileURLToPath(new URL('../../node_modules/graphile-worker/dist/cli.js', import.meta.url));
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
/** The threshold is 200 ms as the client measures it, which a busy machine keeps waiting: what lies between may fall on either side. */
const surelySlowMillis = 250;
const surelyQuickMillis = 50;

let postgres: MeasuringPostgres;
let client: Client;

beforeAll(async () => {
  postgres = await startMeasuringPostgres();
  client = new Client(postgres.url('operator'));
  await client.connect();
  await startProgram({
    args: [command, '--connection', postgres.url('set-up'), '--schema-only'],
    cwd: fixtures,
  }).ended();
});

afterAll(async () => {
  await client.end();
  await postgres.stop();
});

describe('a queue at work', () => {
  const logs = mkdtempSync(join(tmpdir(), 'graphile-worker-'));
  let measured: MeasuredStatement[];
  let slowLines: { readonly sql: string; readonly durationMillis: number }[];

  beforeAll(async () => {
    const worker = await startWorker('watched', [...preload], { LOG_DIR: logs });
    await addJobs();
    await lockJobs(1000);
    await eventually(jobsDone, 60_000);
    await worker.stop('SIGTERM');
    measured = postgres.statements().filter(({ applicationName }) => applicationName === 'watched');
    slowLines = parseJsonLines(readLog(logs, 'performance'))
      .filter(({ message }) => String(message).startsWith('SLOW QUERY'))
      .map((line) => ({
        sql: String((line['attributes'] as Record<string, unknown> | undefined)?.['db.query.text']),
        durationMillis: Number(line['duration_ms']),
      }));
  });

  afterAll(() => rmSync(logs, { recursive: true }));

  test('was slow by the server’s own measure, in statements of its own and of its jobs', () => {
    const slow = measured.filter(({ durationMillis }) => durationMillis > surelySlowMillis);
    expect(slow.filter(({ sql }) => sql.includes('pg_sleep')).length).toBe(slowJobs.length);
    expect(slow.filter(({ sql }) => !sql.includes('pg_sleep')).length).toBeGreaterThan(0);
    expect(measured.length).toBeGreaterThan(100);
  });

  test('has exactly one line for every statement that was surely slow, and none for one that was surely quick', () => {
    const unexplained = [...slowLines];
    const unlogged = measured
      .filter(({ durationMillis }) => durationMillis > surelySlowMillis)
      .toSorted((left, right) => right.durationMillis - left.durationMillis)
      .filter((statement) => !takeLine(unexplained, statement));
    expect(unlogged).toEqual([]);
    const doubtful = measured.filter(
      ({ durationMillis }) => durationMillis >= surelyQuickMillis && durationMillis <= surelySlowMillis,
    );
    expect(unexplained.filter((line) => !takeStatement(doubtful, line))).toEqual([]);
  });

  test('shows no value that a statement was given', () => {
    expect(readLog(logs, 'performance')).not.toMatch(/s3cret|pg_sleep\(0/);
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)('a queue that gets %s ends as it would have', async (signal) => {
  const logs = mkdtempSync(join(tmpdir(), 'graphile-worker-'));
  const bare = await (await startWorker('bare', [], {})).stop(signal);
  const watched = await (await startWorker('watched', [...preload], { LOG_DIR: logs })).stop(signal);
  rmSync(logs, { recursive: true });
  expect(comparable(watched)).toEqual(comparable(bare));
});

/** Each takes longer than the threshold, and holds a literal that must not be shown. */
const slowJobs = [
  { text: `select pg_sleep(0.31), 's3cret'`, values: [] },
  { text: 'select pg_sleep($1)', values: [0.35] },
  { text: `select count(*), 's3cret' from (select pg_sleep(0.3), generate_series(1, 10)) as "S3"`, values: [] },
  { text: `/* s3cret */ with waited as (select pg_sleep(0.32)) select * from waited`, values: [] },
] as const;

async function startWorker(
  name: string,
  nodeOptions: readonly string[],
  env: Record<string, string>,
): Promise<Program> {
  const args = [...nodeOptions, command, '--connection', postgres.url(name), '--jobs', '3', '--poll-interval', '100'];
  const worker = startProgram({ args, env, cwd: fixtures });
  await worker.printed(/Worker connected and looking for jobs/);
  return worker;
}

async function addJobs(): Promise<void> {
  const quick = Array.from({ length: 30 }, (...[, index]) => ({ text: 'select $1::int', values: [index] }));
  for (const payload of [...slowJobs, ...quick])
    await client.query(`select graphile_worker.add_job('query', $1::json)`, [JSON.stringify(payload)]);
}

/** Holds up the queue itself, so that statements nobody here wrote are slow too. */
async function lockJobs(millis: number): Promise<void> {
  await client.query('begin; lock table graphile_worker._private_jobs in access exclusive mode');
  await client.query('select pg_sleep($1)', [millis / 1000]);
  await client.query('commit');
}

async function jobsDone(): Promise<true | undefined> {
  const { rows } = await client.query('select 1 from graphile_worker._private_jobs limit 1');
  return rows.length === 0 ? true : undefined;
}

/** Removes the line that tells of the statement: the same words, and a duration that covers the server's. */
function takeLine(
  lines: { readonly sql: string; readonly durationMillis: number }[],
  statement: MeasuredStatement,
): boolean {
  const index = lines.findIndex(
    (line) => words(line.sql) === words(statement.sql) && line.durationMillis >= statement.durationMillis - 1,
  );
  if (index >= 0) lines.splice(index, 1);
  return index >= 0;
}

function takeStatement(
  statements: MeasuredStatement[],
  line: { readonly sql: string; readonly durationMillis: number },
): boolean {
  const index = statements.findIndex((statement) => takeLine([line], statement));
  if (index >= 0) statements.splice(index, 1);
  return index >= 0;
}

/** Keywords and names in order: what is left of SQL when comments, literals and parameters are taken away. */
function words(sql: string): string {
  return (sql.replaceAll(/\/\*.*?\*\/|--[^\n]*|'(?:[^']|'')*'/gs, ' ').match(/[a-z_]\w*/gi) ?? [])
    .join(' ')
    .slice(0, 500);
}

/** An ending without the numbers and names that differ between any two runs. */
function comparable({ code, signal, stdout, stderr }: Ending): unknown {
  return { code, signal, stdout: constantLines(stdout), stderr: constantLines(stderr) };
}

function constantLines(text: string): string[] {
  return text
    .replaceAll(/worker-[0-9a-f]+|pool-[0-9a-f]+|\d+(\.\d+)?ms/g, '…')
    .split('\n')
    .toSorted();
}
