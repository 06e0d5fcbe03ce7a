import { SeverityNumber, type LogRecord } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { expect, test } from 'vitest';

import { harmlessLoggerProvider } from './harmless-logger-provider.ts';
import { createLogsSdk } from './logs.test-sdk.ts';

function fails(): never {
  throw new Error('a getter of the application');
}

const scope = ['shop', '1', { attributes: { 'sentrikat.concern': 'audit' } }] as const;

test('passes a record on as it is, from the scope it came from', () => {
  const { provider, records } = createLogsSdk();
  const record = { body: { a: [1] }, severityNumber: SeverityNumber.INFO, attributes: { b: 'c' }, eventName: 'd' };
  harmlessLoggerProvider(provider)
    .getLogger(...scope)
    .emit(record);
  expect(records()).toMatchObject([
    { ...record, instrumentationScope: { name: 'shop', version: '1', attributes: { 'sentrikat.concern': 'audit' } } },
  ]);
});

test.each<[string, unknown, string]>([
  [
    'a getter that throws',
    {
      get body() {
        return fails();
      },
    },
    'a getter of the application',
  ],
  [
    'attributes whose getter throws',
    { attributes: Object.defineProperty({}, 'a', { get: fails, enumerable: true }) },
    'a getter of the application',
  ],
  [
    'attributes that cannot be listed',
    { attributes: new Proxy({}, { ownKeys: fails }) },
    'a getter of the application',
  ],
  ['a context that is none', { context: {} }, ''],
  ['nothing', undefined, ''],
  [
    'what throws nothing that can be read',
    {
      get body() {
        throw Object.create(null);
      },
    },
    '[Object: null prototype] {}',
  ],
])('a record that cannot be read becomes one that says so, in its own concern: %s', (...[, record, reason]) => {
  const { provider, records } = createLogsSdk();
  harmlessLoggerProvider(provider)
    .getLogger(...scope)
    .emit(record as LogRecord);
  expect(records()).toMatchObject([
    {
      eventName: 'logging.unreadable',
      severityText: 'WARN',
      body: expect.stringContaining(`a record could not be read: ${reason}`),
      instrumentationScope: { name: 'shop' },
    },
  ]);
});

test('throws nothing where a processor always fails', () => {
  const failing: LogRecordProcessor = { onEmit: fails, enabled: fails, forceFlush: fails, shutdown: fails };
  const logger = harmlessLoggerProvider(createLogsSdk([failing]).provider).getLogger(...scope);
  expect(() => logger.emit({ body: 'a' })).not.toThrow();
  expect(logger.enabled()).toBe(true);
});

test('says whether anybody wants a record', async () => {
  const { provider } = createLogsSdk();
  const logger = harmlessLoggerProvider(provider).getLogger(...scope);
  expect(logger.enabled({ severityNumber: SeverityNumber.DEBUG })).toBe(true);
  await provider.shutdown();
  expect(logger.enabled()).toBe(false);
});
