/** Lines that somebody waits for, and checkpoints, through the processor and on a real disk. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Logger } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { FileLogRecordProcessor } from './file-log-record-processor.ts';
import type { LogFilesEvent, LogFilesOptions } from './log-files.ts';
import { eachTestHasAPlace } from './logs-sdk.test-setup.ts';
import { isCheckpointGenuine, type Checkpoint } from './trail/checkpoint.ts';
import { hashOfLine, sealOfLine, trailStart } from './trail/seal.ts';

const place = eachTestHasAPlace();
const INFO = 9;
const { privateKey } = generateKeyPairSync('ed25519');
const opened: FileLogRecordProcessor[] = [];

afterEach(() => Promise.all(opened.splice(0).map((processor) => processor.shutdown())));

function open(options: Partial<LogFilesOptions> = {}) {
  const { directory, events } = place;
  const onEvent = (event: LogFilesEvent): void => void events.push(event);
  const processor = new FileLogRecordProcessor({ directory, timeZone: 'utc', onEvent, ...options });
  opened.push(processor);
  const provider = new LoggerProvider({ processors: [processor] });
  const loggerOf = (concern: string): Logger =>
    provider.getLogger('a-scope', '1', { attributes: { 'sentrikat.concern': concern } });
  const record = (body: string): Promise<void> =>
    processor.writeDurably(() => loggerOf('audit').emit({ severityNumber: INFO, body }));
  return { processor, loggerOf, record };
}

function emitNothing(): never {
  throw new Error('no record after all');
}

function checkpoints(): Checkpoint[] {
  return place.events.flatMap((event) => (event.type === 'checkpoint' ? [event.checkpoint] : []));
}

function isIntact(lines: readonly string[]): boolean {
  let head = trailStart;
  return lines.every((line) => {
    const seal = sealOfLine(line);
    const follows = seal?.seq === head.seq + 1 && seal.prevHash === head.hash;
    head = { seq: head.seq + 1, hash: hashOfLine(line) };
    return follows;
  });
}

test('resolves when the line is in the file, with those of all who waited meanwhile', async () => {
  const { record } = open();
  await Promise.all(Array.from({ length: 64 }, (...[, index]) => record(`record ${index}`)));
  const lines = place.lines('audit.log');
  expect(lines).toHaveLength(64);
  expect(isIntact(lines)).toBe(true);
});

test('resolves where the disk has answered while the thread was busy for more than five seconds', async () => {
  const { record } = open();
  const kept = record('kept');
  await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_100);
  await kept;
  expect(place.lines('audit.log')).toHaveLength(1);
}, 10_000);

test('waits for every file that takes the record', async () => {
  const { processor, loggerOf } = open();
  await processor.writeDurably(() => loggerOf('application').emit({ severityNumber: 17, body: 'failed' }));
  expect(place.lines('application.log')).toHaveLength(1);
  expect(place.lines('error.log')).toHaveLength(1);
});

test('numbers go on where another process, or an earlier one, has left them', async () => {
  const [one, other] = [open(), open()];
  await one.record('first');
  await other.record('second');
  await one.record('third');
  await Promise.all(opened.splice(0).map((processor) => processor.shutdown()));
  await open().record('fourth');
  const lines = place.lines('audit.log');
  expect(lines.map((line) => sealOfLine(line)?.seq)).toEqual([1, 2, 3, 4]);
  expect(isIntact(lines)).toBe(true);
});

describe('rejects', () => {
  test('where no file takes the record', async () => {
    const { processor, loggerOf } = open();
    const emit = (): void => loggerOf('security').emit({ severityNumber: INFO, body: 'below the floor' });
    await expect(processor.writeDurably(emit)).rejects.toThrow('NOT_WRITTEN: no file takes this record');
  });

  test('with what the emitting throws', async () => {
    const { processor } = open();
    await expect(processor.writeDurably(emitNothing)).rejects.toThrow('no record after all');
  });

  test('after the end', async () => {
    const { processor, record } = open();
    await processor.shutdown();
    await expect(record('late')).rejects.toThrow('PROCESSOR_SHUT_DOWN');
  });

  test('at once while the file cannot be written, and takes the next record when it can', async () => {
    mkdirSync(join(place.directory, 'audit.log'));
    const { record } = open();
    await expect(record('first')).rejects.toThrow('EISDIR');
    await expect(record('second')).rejects.toThrow('EISDIR');
    rmSync(join(place.directory, 'audit.log'), { recursive: true });
    await record('third');
    expect(place.lines('audit.log').map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      'third',
    ]);
    expect(place.events.map(({ type }) => type)).toEqual(['degraded', 'recovered']);
  });

  test('in a fallback directory, where it is told that this is not good enough', async () => {
    writeFileSync(join(place.directory, 'blocked'), '');
    const directories = {
      directory: join(place.directory, 'blocked'),
      fallbackDirectory: join(place.directory, 'else'),
    };
    await open(directories).record('kept');
    await expect(open({ ...directories, failClosed: true }).record('refused')).rejects.toThrow('NOT_IN_DIRECTORY');
    expect(place.lines('else/audit.log')).toHaveLength(1);
  });
});

describe('checkpoints', () => {
  test('follow every so many lines, whichever process wrote them, and the last line at the end', async () => {
    const options = { signingKey: privateKey, checkpointEvery: 10 };
    const [one, other] = [open(options), open(options)];
    for (let index = 0; index < 12; index++) {
      await one.record('one');
      await other.record('other');
    }
    expect(checkpoints().map(({ seq }) => seq)).toEqual([11, 21]);
    await Promise.all(opened.splice(0).map((processor) => processor.shutdown()));
    // Of the two, each signs what it has written since.
    expect(checkpoints().map(({ seq }) => seq)).toEqual([11, 21, 27, 28]);
    expect(isIntact(place.lines('audit.log'))).toBe(true);
    expect(checkpoints().every((each) => isCheckpointGenuine(each, createPublicKey(privateKey)))).toBe(true);
  });

  test('follow in time, and only where there is something new to sign', async () => {
    const { record } = open({ signingKey: privateKey, checkpointIntervalMillis: 20 });
    await record('one');
    await expect.poll(() => checkpoints().length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(checkpoints()).toHaveLength(1);
    await record('another');
    await expect.poll(() => checkpoints().length).toBe(2);
  });

  test('a listener that hears of one may emit records, whatever is being written', async () => {
    const onEvent = (event: LogFilesEvent): void => {
      place.events.push(event);
      service.loggerOf('audit').emit({ severityNumber: INFO, body: event.type });
    };
    const service = open({ signingKey: privateKey, checkpointEvery: 4, onEvent });
    service.processor.setWriteThrough(true);
    for (let index = 0; index < 10; index++) service.loggerOf('audit').emit({ severityNumber: INFO, body: 'at once' });
    await service.processor.shutdown();
    expect(place.events.every(({ type }) => type === 'checkpoint')).toBe(true);
    expect(isIntact(place.lines('audit.log'))).toBe(true);
  });
});

test('goes on where a test of the application has stopped the clock', async () => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  try {
    const { record } = open();
    await record('one');
    await Promise.all([record('two'), record('three')]);
    expect(place.lines('audit.log')).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});
