import { ROOT_CONTEXT, SeverityNumber, trace, type LoggerProvider } from '@opentelemetry/api';
import { concerns } from '@sentrikat/file-exporter';
import { expect, test } from 'vitest';

import { createEmit } from './create-emit.ts';
import { createLogsSdk } from './logs.test-sdk.ts';

test.each(concerns)('tags a record of $name by its scope, not by an attribute of its own', ({ name }) => {
  const { provider, records } = createLogsSdk();
  createEmit(
    () => provider,
    true,
  )({ concern: name, severityNumber: SeverityNumber.WARN, body: 'a', attributes: { b: 1 } });
  expect(records()).toMatchObject([
    {
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      body: 'a',
      attributes: { b: 1 },
      instrumentationScope: { name: '@sentrikat/instrumentation', attributes: { 'sentrikat.concern': name } },
    },
  ]);
  expect(Object.keys(records()[0]?.attributes ?? {})).toEqual(['b']);
});

test('passes on when it happened, its event name, and the trace it belongs to', () => {
  const { provider, records } = createLogsSdk();
  const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 };
  createEmit(
    () => provider,
    true,
  )({
    concern: 'access',
    severityNumber: SeverityNumber.INFO,
    eventName: 'http.server.request',
    body: 'a',
    attributes: {},
    timestamp: new Date(1_700_000_000_000),
    context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
  });
  expect(records()).toMatchObject([{ eventName: 'http.server.request', hrTime: [1_700_000_000, 0], spanContext }]);
});

test('throws nothing into its source', () => {
  const failing: LoggerProvider = {
    getLogger: () => ({
      enabled: () => true,
      emit() {
        throw new Error('a processor fails');
      },
    }),
  };
  const emit = createEmit(() => failing, true);
  expect(() =>
    emit({ concern: 'error', severityNumber: SeverityNumber.ERROR, body: '', attributes: {} }),
  ).not.toThrow();
});

test.each([
  ['access', false, []],
  ['access', true, ['a']],
  ['audit', false, ['a']],
  ['error', false, ['a']],
] as const)('of %s, sent: %s, it asks for the attributes that somebody reads', (concern, isSent, keys) => {
  const { provider, records } = createLogsSdk();
  createEmit(() => provider, isSent)({ concern, severityNumber: SeverityNumber.ERROR, body: '', attributes: { a: 1 } });
  expect(Object.keys(records()[0]?.attributes ?? {})).toEqual(keys);
});
