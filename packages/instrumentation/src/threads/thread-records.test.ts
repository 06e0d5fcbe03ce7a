/** Both ends in one thread, which the channel does not mind; test/preload/worker-threads.test.ts has real ones. */
import { execFile } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';

import { ROOT_CONTEXT, SeverityNumber, trace, type LogRecord, type TimeInput } from '@opentelemetry/api';
import { expect, test, vi } from 'vitest';

import { harmlessLoggerProvider } from '../pipeline/harmless-logger-provider.ts';
import { composed, type Compose } from '../redaction/composed-body.ts';
import { createLogsSdk, type LogsSdk } from '../pipeline/logs.test-sdk.ts';
import { RedactionProcessor } from '../redaction/redaction-processor.ts';
import { dropped, maxWaiting, threadChannel, waiting } from './thread-channel.ts';
import { ThreadLoggerProvider } from './thread-logger-provider.ts';
import { ThreadRecords } from './thread-records.ts';

const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };

interface Ends extends Pick<LogsSdk, 'records'> {
  readonly main: ThreadRecords;
  readonly thread: ThreadLoggerProvider;
  readonly counts: Int32Array;
}

function connected(failure?: Error): Ends {
  const { provider, records } = createLogsSdk([new RedactionProcessor()]);
  const main = new ThreadRecords({
    provider: harmlessLoggerProvider(provider),
    async writeDurably(emit) {
      emit();
      if (failure !== undefined) throw failure;
    },
    secretKeys: { redactKeys: ['callsign'] },
    failClosed: false,
  });
  const channel = threadChannel()!;
  return { main, records, thread: new ThreadLoggerProvider(channel), counts: channel.counts };
}

test('a record arrives with all that it has', () => {
  const { main, thread, records } = connected();
  const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
  const record = { eventName: 'a.b', severityNumber: SeverityNumber.WARN, severityText: 'WARN', body: { c: [1] } };
  const attributes = { d: 'e' };
  thread.getLogger('shop', '1', { attributes: { f: 'g' } }).emit({ ...record, attributes, context });
  main.takeAll();
  const instrumentationScope = { name: 'shop', version: '1', attributes: { f: 'g' } };
  expect(records()).toMatchObject([{ ...record, attributes, instrumentationScope, spanContext }]);
});

test('secrets are taken out of the fields of a body before it is put together, which is not searched again, and counted', () => {
  const { main, thread, records } = connected();
  const emit = (record: LogRecord, compose: Compose) =>
    harmlessLoggerProvider(thread).getLogger('shop').emit(composed(record, compose));
  emit({ body: 'unused' }, (shown) => `path:${shown('/token:')} by:${shown('bob')} note:${shown('callsign=x')}`);
  main.takeAll();
  expect(records()).toMatchObject([
    {
      body: 'path:/token: by:bob note:callsign=[redacted]',
      attributes: { 'sentrikat.redacted_values': 1 },
    },
  ]);
});

test('an exception becomes what the conventions say of it', () => {
  const { main, thread, records } = connected();
  const exception = Object.assign(new RangeError('too far'), { toJSON: () => 'forged' });
  thread.getLogger('shop').emit({ body: 'failed', exception });
  main.takeAll();
  expect(records()[0]?.attributes).toEqual({
    'exception.type': 'RangeError',
    'exception.message': 'too far',
    'exception.stacktrace': exception.stack,
  });
});

test.each<[string, TimeInput, number]>([
  ['a date', new Date(5000), 5],
  ['seconds and nanoseconds', [7, 0], 7],
  ['milliseconds', 1.8e12, 1.8e9],
])('the time is the one it was given: %s', (_, timestamp, seconds) => {
  const { main, thread, records } = connected();
  thread.getLogger('shop').emit({ body: 'now', timestamp });
  main.takeAll();
  expect(records()[0]?.hrTime[0]).toBe(seconds);
});

test('the time is when it was recorded, not when it was taken', async () => {
  const { main, thread, records } = connected();
  thread.getLogger('shop').emit({ body: 'now' });
  const recordedBefore = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  main.takeAll();
  const [seconds = 0, nanoseconds = 0] = records()[0]?.hrTime ?? [];
  expect(seconds * 1000 + nanoseconds / 1e6).toBeLessThanOrEqual(recordedBefore);
});

test('what is waited for resolves when the main thread says so, and rejects with its reason', async () => {
  const { thread, records } = connected();
  const emit = (): void => thread.getLogger('shop').emit({ body: 'awaited' });
  await expect(thread.writeDurably(emit)).resolves.toBeUndefined();
  expect(records()).toHaveLength(1);
  const refusing = connected(new Error('ENOSPC: no space left on device'));
  await expect(
    refusing.thread.writeDurably(() => refusing.thread.getLogger('shop').emit({ body: 'awaited' })),
  ).rejects.toThrow('ENOSPC: no space left on device');
});

test('what throws instead of emitting rejects, and is not waited for', async () => {
  const { thread, counts } = connected();
  const failing = thread.writeDurably(() => {
    throw new Error('no record after all');
  });
  await expect(failing).rejects.toThrow('no record after all');
  expect(counts[waiting]).toBe(0);
});

test('what there is no room for is counted, and what is waited for rejects', async () => {
  const { main, thread, records, counts } = connected();
  const logger = thread.getLogger('shop');
  counts[waiting] = maxWaiting;
  logger.emit({ body: 'too much' });
  await expect(thread.writeDurably(() => logger.emit({ body: 'too much' }))).rejects.toThrow('TOO_MANY_WAIT');
  expect(counts[dropped]).toBe(1);
  counts[waiting] = 0;
  logger.emit({ body: 'room again' });
  main.takeAll();
  expect(records().map(({ eventName, body }) => eventName ?? body)).toEqual(['logging.dropped', 'room again']);
  expect([counts[waiting], counts[dropped]]).toEqual([0, 0]);
});

test('a flood says what is missing once in a while, and at the end what has come since', () => {
  const missing: unknown[] = [];
  const main = new ThreadRecords({
    provider: {
      getLogger: () => ({
        enabled: () => true,
        emit({ eventName, attributes }) {
          if (eventName === 'logging.dropped') missing.push(attributes?.['sentrikat.dropped_records']);
          // Another is dropped while this one is taken.
          else Atomics.add(counts, dropped, 1);
        },
      }),
    },
    writeDurably: () => Promise.resolve(),
    secretKeys: {},
    failClosed: false,
  });
  const { counts, ...channel } = threadChannel()!;
  const logger = new ThreadLoggerProvider({ counts, ...channel }).getLogger('shop');
  for (let message = 0; message < 50; message += 1) logger.emit({ body: message });
  main.takeAll();
  expect(missing).toEqual([1, 49]);
});

test('over many turns, and in one that is long, everything arrives in its order', async () => {
  const { main, thread, records } = connected();
  const logger = thread.getLogger('shop');
  const emitMany = (from: number, count: number): void =>
    Array.from({ length: count }, (...[, index]): LogRecord => ({ body: from + index })).forEach((record) =>
      logger.emit(record),
    );
  emitMany(0, 10);
  await nextTurn();
  emitMany(10, 2500);
  main.takeAll();
  expect(records().map(({ body }) => body)).toEqual(Array.from({ length: 2510 }, (...[, index]) => index));
});

test.each([
  ['before it was posted', [0, -1]],
  ['after it was posted', [0, 0, 1, 0]],
])(
  'a record arrives once where the main thread listens elsewhere from a moment on that is %s',
  (_, [room, ...channels]) => {
    const { main, thread, records, counts } = connected();
    const logger = thread.getLogger('shop');
    const load = vi.spyOn(Atomics as unknown as { load(): number }, 'load').mockReturnValueOnce(room!);
    for (const channel of channels) load.mockReturnValueOnce(channel);
    logger.emit({ body: 'once' });
    load.mockRestore();
    logger.emit({ body: 'then' });
    main.takeAll();
    expect(records().map(({ body }) => body)).toEqual(['once', 'then']);
    expect(counts[waiting]).toBe(0);
  },
);

test.each([1, 100])(
  'a thread that computes, and has recorded before, %i times, is not sent for long what others record, which all arrives in its order',
  async (recordsOfThird) => {
    const program = `${import.meta.dirname}/computing-thread.test-program.ts`;
    const { stdout } = await promisify(execFile)(process.execPath, [program, String(recordsOfThird)]);
    const { sentToThird, ...arrived } = JSON.parse(stdout);
    expect(arrived).toEqual({ taken: 20_000 + recordsOfThird, isInOrder: true });
    expect(sentToThird).toBeLessThan(5_000);
  },
);

test('what is recorded while all is taken does not keep it from coming to an end', () => {
  const posted = 5 * maxWaiting;
  let taken = 0;
  const emit = (): void => {
    taken += 1;
    if (taken < posted) logger.emit({ body: 'one more' });
  };
  const main = new ThreadRecords({
    provider: { getLogger: () => ({ enabled: () => true, emit }) },
    writeDurably: () => Promise.resolve(),
    secretKeys: {},
    failClosed: false,
  });
  const logger = new ThreadLoggerProvider(threadChannel()!).getLogger('shop');
  logger.emit({ body: 'the first' });
  main.takeAll();
  expect(taken).toBeGreaterThanOrEqual(maxWaiting);
  expect(taken).toBeLessThan(posted);
});
