/** With the real `pg`, against a port where nobody answers; test/preload/pg-queries.test.ts asks a real server. */
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type * as Pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { HarmlessPgInstrumentation } from './harmless-pg-instrumentation.ts';

type Callback = (error: Error | null) => void;
interface Config {
  readonly text: string;
  readonly values?: unknown[];
  readonly callback: Callback;
}

const exporter = new InMemorySpanExporter();
const instrumentation = new HarmlessPgInstrumentation();
const refused = { host: '127.0.0.1', port: 1, database: 'shop' };
let pg: typeof Pg;

beforeAll(() => {
  instrumentation.setTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  // The instrumentation patches what is required after it was made.
  pg = createRequire(import.meta.url)('pg');
});

afterEach(() => exporter.reset());

afterAll(() => instrumentation.disable());

class PreparedQuery {
  readonly text: string = 'select 1';
  callback: Callback = () => {};
}

test.each<[string, (callback: Callback) => Config]>([
  ['frozen', (callback) => Object.freeze({ text: 'select 1', callback })],
  ['of a class', (callback) => Object.assign(new PreparedQuery(), { callback })],
  ['without a prototype', (callback) => Object.assign(Object.create(null), { text: 'select 1', callback })],
  [
    'with a getter',
    (callback) => ({
      text: 'select 1',
      get callback() {
        return callback;
      },
    }),
  ],
])(
  'a configuration stays as it is, however often it is used, and its callback hears of each query: %s',
  async (_, make) => {
    const client = await endedClient();
    const heard: (string | undefined)[] = [];
    const config = make((error) => void heard.push(error?.message));
    const before = Object.getOwnPropertyDescriptors(config);
    for (let count = 0; count < 3; count += 1) expect(query(client, config)).toBeUndefined();
    await nextTurn();
    expect(heard).toEqual(Array(3).fill('Client was closed and is not queryable'));
    expect(Object.getOwnPropertyDescriptors(config)).toEqual(before);
    expect(spanNames()).toEqual(Array(3).fill('pg.query:SELECT shop'));
  },
);

test('a query with a way of its own to be submitted is handed on itself', async () => {
  const client = await endedClient();
  const error = await new Promise((resolve) => {
    const own = new pg.Query({ text: 'select 1' }, [], resolve);
    expect(query(client, own)).toBe(own);
  });
  expect(error).toMatchObject({ message: 'Client was closed and is not queryable' });
  expect(spanNames()).toEqual(['pg.query:SELECT shop']);
});

test('what cannot be a query throws what it throws without', async () => {
  const client = await endedClient();
  expect(() => query(client, null)).toThrow('Client was passed a null or undefined query');
  expect(() => query(client, undefined)).toThrow('Client was passed a null or undefined query');
});

test('a pool that the application has forgotten is forgotten, be it ended or not, or used after its end', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const pools = await Promise.all([
    usedPool(),
    usedPool((pool) => pool.end(), useAgain),
    usedPool((pool) => pool.end()),
  ]);
  for (let turn = 0; turn < 20 && pools.some((pool) => pool.deref() !== undefined); turn += 1) {
    await nextTurn();
    collectGarbage();
  }
  expect(pools.map((pool) => pool.deref() === undefined)).toEqual([true, true, true]);
});

async function usedPool(...uses: ((pool: Pg.Pool) => Promise<unknown>)[]): Promise<WeakRef<Pg.Pool>> {
  const pool = new pg.Pool(refused);
  for (const use of [useAgain, ...uses]) await use(pool);
  return new WeakRef(pool);
}

async function useAgain(pool: Pg.Pool): Promise<void> {
  const failure = await pool.connect().catch((error: Error) => error.message);
  expect(failure).toMatch(/ECONNREFUSED|after calling end/);
}

async function endedClient(): Promise<Pg.Client> {
  const client = new pg.Client(refused);
  await expect(client.connect()).rejects.toThrow('ECONNREFUSED');
  await client.end();
  exporter.reset();
  return client;
}

/** What no type allows. */
function query(client: Pg.Client, config: unknown): unknown {
  return (client as unknown as { query(config: unknown): unknown }).query(config);
}

function spanNames(): string[] {
  return exporter.getFinishedSpans().map(({ name }) => name);
}
