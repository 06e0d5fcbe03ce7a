import { createRequire } from 'node:module';

import { SeverityNumber } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';

import { harmlessLoggerProvider } from './harmless-logger-provider.ts';
import { registerApiLogsGlobal } from './api-logs-global.ts';
import { createLogsSdk } from './logs.test-sdk.ts';

/** What the tests use of `@opentelemetry/api-logs` 0.223, which other packages of this workspace bring along. */
interface LegacyLogsApi {
  readonly logs: {
    getLogger(name: string, version?: string, options?: object): { emit(record: object): void; enabled(): boolean };
    setGlobalLoggerProvider(provider: object): object;
    disable(): void;
  };
}

const { logs } = createRequire(import.meta.url)('@opentelemetry/api-logs') as LegacyLogsApi;
const globalKey = Symbol.for('io.opentelemetry.js.api.logs');

afterEach(() => logs.disable());

test('a record that is emitted through the old API arrives, with all that it says', () => {
  const { provider, records } = createLogsSdk();
  registerApiLogsGlobal(harmlessLoggerProvider(provider));
  const record = { body: 'old', eventName: 'user.created', severityNumber: SeverityNumber.INFO, attributes: { a: 1 } };
  const logger = logs.getLogger('shop', '1', { attributes: { 'sentrikat.concern': 'audit' } });
  logger.emit({ ...record, timestamp: 1_700_000_000_000, exception: new TypeError('b') });
  expect(records()).toMatchObject([
    {
      ...record,
      hrTime: [1_700_000_000, 0],
      attributes: { a: 1, 'exception.type': 'TypeError', 'exception.message': 'b' },
      instrumentationScope: { name: 'shop', version: '1', attributes: { 'sentrikat.concern': 'audit' } },
    },
  ]);
  expect(logger.enabled()).toBe(true);
});

test('a logger that was taken before arrives nowhere, and one that is taken after does', () => {
  const early = logs.getLogger('early');
  const { provider, records } = createLogsSdk();
  registerApiLogsGlobal(provider);
  early.emit({ body: 'early' });
  logs.getLogger('late').emit({ body: 'late' });
  expect(records().map(({ body }) => body)).toEqual(['late']);
});

test('leaves a provider alone that is registered already', () => {
  const theirs = createLogsSdk();
  const ours = createLogsSdk();
  logs.setGlobalLoggerProvider(theirs.provider);
  registerApiLogsGlobal(ours.provider);
  logs.getLogger('a').emit({ body: 'a' });
  expect([theirs.records().length, ours.records().length]).toEqual([1, 0]);
});

test('answers a version of the old API that it does not know with a logger that does nothing', () => {
  const { provider, records } = createLogsSdk();
  registerApiLogsGlobal(provider);
  const getter = (globalThis as unknown as Record<symbol, (version: number) => typeof provider>)[globalKey];
  const logger = getter?.(2).getLogger('a');
  logger?.emit({ body: 'a' });
  expect([logger?.enabled(), records()]).toEqual([false, []]);
});
