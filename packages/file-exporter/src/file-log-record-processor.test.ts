import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Logger } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { describe, expect, test } from 'vitest';

import { concerns } from './concerns.ts';
import { FileLogRecordProcessor } from './file-log-record-processor.ts';
import { eachTestHasAPlace } from './logs-sdk.test-setup.ts';
import type { LogFilesOptions } from './log-files.ts';

const place = eachTestHasAPlace();
const INFO = 9;
const WARN = 13;
const ERROR = 17;

function open(options: Partial<LogFilesOptions> = {}) {
  const { directory, events } = place;
  const onEvent = (event: (typeof events)[number]): void => void events.push(event);
  const processor = new FileLogRecordProcessor({ directory, timeZone: 'utc', onEvent, ...options });
  const provider = new LoggerProvider({ processors: [processor] });
  const loggerOf = (concern: string): Logger =>
    provider.getLogger('a-scope', '1', { attributes: { 'sentrikat.concern': concern } });
  return { processor, provider, loggerOf };
}

function fail(): never {
  throw new Error('a listener fails');
}

function messages(file: string): string[] {
  return place.lines(file).map((line) => line.replace(/^\[[^\]]*\] /, ''));
}

test('writes a record to the file of its concern at the end of the turn it was emitted in', async () => {
  const { provider, loggerOf } = open();
  loggerOf('ldap').emit({ severityNumber: INFO, body: 'bound' });
  expect(messages('ldap.log')).toEqual([]);
  await nextTurn();
  expect(messages('ldap.log')).toEqual(['INFO in a-scope (-:0): bound']);
  await provider.shutdown();
});

test('shows what a body was when it was emitted, not what became of it', async () => {
  const { provider, loggerOf } = open();
  const body = { state: 'then' };
  loggerOf('application').emit({ severityNumber: INFO, body });
  body.state = 'now';
  await provider.shutdown();
  expect(messages('application.log')).toEqual(['INFO in a-scope (-:0): {"state": "then"}']);
});

test('copies an application error into error.log, and no other', async () => {
  const { provider, loggerOf } = open();
  loggerOf('application').emit({ severityNumber: ERROR, body: 'failed' });
  loggerOf('ldap').emit({ severityNumber: ERROR, body: 'refused' });
  await provider.shutdown();
  expect(messages('error.log')).toEqual(['ERROR in a-scope (-:0): failed']);
  expect(messages('application.log')).toEqual(messages('error.log'));
});

test('tells the SDK of records that no file would take, which are then not made', async () => {
  const usual = open();
  const loud = open({ concerns: concerns.map((row) => ({ ...row, floor: 'WARNING' as const })) });
  expect(loud.loggerOf('audit').enabled({ severityNumber: INFO })).toBe(false);
  expect(loud.loggerOf('audit').enabled({ severityNumber: WARN })).toBe(true);
  expect(usual.loggerOf('audit').enabled({ severityNumber: INFO })).toBe(true);
  await Promise.all([usual, loud].map(({ provider }) => provider.shutdown()));
});

test('keeps to floors, sizes and backups of its own', async () => {
  const own = concerns.map((row) => ({ ...row, floor: 'DEBUG' as const, maxBytes: 100, backups: 1 }));
  const { provider, loggerOf } = open({ concerns: own });
  for (let index = 0; index < 5; index++) loggerOf('security').emit({ severityNumber: 5, body: `record ${index}` });
  await provider.shutdown();
  expect(messages('security.log')).toEqual(['DEBUG in a-scope (-:0): record 4']);
  expect(messages('security.log.1')).toEqual(['DEBUG in a-scope (-:0): record 3']);
});

test('writes at once while it is told to, what waits first', async () => {
  const { processor, provider, loggerOf } = open();
  loggerOf('audit').emit({ severityNumber: INFO, body: 'first' });
  processor.setWriteThrough(true);
  expect(place.lines('audit.log')).toHaveLength(1);
  loggerOf('audit').emit({ severityNumber: INFO, body: 'second' });
  expect(place.lines('audit.log')).toHaveLength(2);
  processor.setWriteThrough(false);
  loggerOf('audit').emit({ severityNumber: INFO, body: 'third' });
  expect(place.lines('audit.log')).toHaveLength(2);
  await provider.forceFlush();
  expect(place.lines('audit.log')).toHaveLength(3);
  await provider.shutdown();
});

test('writes a burst as it comes, before it has grown into memory', async () => {
  const { provider, loggerOf } = open({ concerns: concerns.map((row) => ({ ...row, maxBytes: 0 })) });
  const body = 'x'.repeat(10_000);
  for (let index = 0; index < 300; index++) loggerOf('application').emit({ severityNumber: INFO, body });
  expect(place.lines('application.log').length).toBeGreaterThan(90);
  await provider.shutdown();
  expect(place.lines('application.log')).toHaveLength(300);
});

describe('a concern that does not exist', () => {
  test('is told of once, however often it comes, and its records are the application’s', async () => {
    const { provider, loggerOf } = open();
    for (let index = 0; index < 3; index++) loggerOf('../../etc/passwd').emit({ severityNumber: INFO, body: 'x' });
    await provider.shutdown();
    expect(place.events).toEqual([{ type: 'unknown-concern', value: '../../etc/passwd' }]);
    expect(messages('application.log')).toHaveLength(3);
  });

  test('is not told of any more when there have been a hundred', async () => {
    const { provider, loggerOf } = open();
    for (let index = 0; index < 200; index++) loggerOf(`concern ${index}`).emit({ severityNumber: INFO, body: 'x' });
    await provider.shutdown();
    expect(place.events).toHaveLength(100);
  });
});

test('goes on though whoever hears of its events throws', async () => {
  mkdirSync(join(place.directory, 'audit.log'));
  const { provider, loggerOf } = open({ onEvent: fail });
  loggerOf('audit').emit({ severityNumber: INFO, body: 'lost' });
  loggerOf('ldap').emit({ severityNumber: INFO, body: 'kept' });
  await expect(provider.forceFlush()).rejects.toThrow(/^LINES_WAITING: /);
  await expect(provider.shutdown()).rejects.toThrow(/^LINES_LOST: .*audit\.log"$/);
  expect(messages('ldap.log')).toHaveLength(1);
  // And it does not go on trying.
  rmSync(join(place.directory, 'audit.log'), { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(existsSync(join(place.directory, 'audit.log'))).toBe(false);
});

test('takes nothing after its end, and ends once', async () => {
  const { processor, provider, loggerOf } = open();
  const logger = loggerOf('audit');
  logger.emit({ severityNumber: INFO, body: 'before' });
  await Promise.all([processor.shutdown(), processor.shutdown()]);
  processor.setWriteThrough(true);
  logger.emit({ severityNumber: INFO, body: 'after' });
  await processor.forceFlush();
  expect(place.lines('audit.log')).toHaveLength(1);
  await provider.shutdown();
});

test('many of them leave one listener on the process, and none when they have ended', async () => {
  const before = process.listenerCount('exit');
  const opened = Array.from({ length: 20 }, () => open());
  expect(process.listenerCount('exit')).toBe(before + 1);
  await Promise.all(opened.map(({ provider }) => provider.shutdown()));
  expect(process.listenerCount('exit')).toBe(before);
});

test('does not keep a process alive, and writes at its end what waits', () => {
  const program = `
    const { LoggerProvider } = await import('@opentelemetry/sdk-logs');
    const { FileLogRecordProcessor } = await import(${JSON.stringify(new URL('file-log-record-processor.ts', import.meta.url).href)});
    const processor = new FileLogRecordProcessor({ directory: process.argv[1], timeZone: 'utc' });
    const logger = new LoggerProvider({ processors: [processor] }).getLogger('a-scope');
    for (let index = 0; index < 3; index++) {
      logger.emit({ severityNumber: 9, body: 'record ' + index });
      await new Promise((resolve) => setImmediate(resolve));
    }
    process.on('exit', () => logger.emit({ severityNumber: 9, body: 'at the end' }));`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', program, place.directory], {
    cwd: import.meta.dirname,
    timeout: 10_000,
  });
  expect(messages('application.log').map((line) => line.split(': ')[1])).toEqual([
    'record 0',
    'record 1',
    'record 2',
    'at the end',
  ]);
});
