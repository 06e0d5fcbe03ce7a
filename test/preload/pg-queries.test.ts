/** What a real application hands to `pg`, on a real Postgres: its objects stay its own, and it is given what it is given without the preload. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';
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

function run(...options: string[]): Promise<Ending> {
  const args = [...options, `${import.meta.dirname}/fixtures/pg-queries.cjs`, postgres.url];
  return startProgram({ args, env: { LOG_DIR: directory, SENTRIKAT_SLOW_QUERY_MS: '0' } }).ended();
}

test('configurations that are frozen, or used again, are as without the preload, and each query is watched', async () => {
  const bare = await run();
  expect(bare).toMatchObject({ code: 0, stderr: '' });
  const word = [{ word: 'kept' }];
  expect(JSON.parse(bare.stdout)).toEqual([word, [['kept']], '22P02', word, word, true, word]);
  expect(await run(...preload)).toEqual(bare);
  const messages = parseJsonLines(readLog(directory, 'performance')).map(({ message }) => String(message));
  expect(messages.filter((message) => message.startsWith('SLOW QUERY'))).toHaveLength(106);
});
