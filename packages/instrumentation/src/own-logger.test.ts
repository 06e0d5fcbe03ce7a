import { logs } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterEach, expect, test } from 'vitest';

import { ownLogger } from './own-logger.ts';

afterEach(() => logs.disable());

function registered(): InMemoryLogRecordExporter {
  const exporter = new InMemoryLogRecordExporter();
  logs.disable();
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
  return exporter;
}

test('a concern has one logger, which names it', () => {
  const exporter = registered();
  expect(ownLogger('audit')).toBe(ownLogger('audit'));
  expect(ownLogger('audit')).not.toBe(ownLogger('security'));
  ownLogger('audit').emit({ body: 'one' });
  expect(exporter.getFinishedLogRecords()).toMatchObject([
    {
      body: 'one',
      instrumentationScope: { name: '@sentrikat/instrumentation', attributes: { 'sentrikat.concern': 'audit' } },
    },
  ]);
});

test('where there is another provider, it has another logger, whether there was one before or not', () => {
  ownLogger('audit').emit({ body: 'nobody is there' });
  const first = registered();
  ownLogger('audit').emit({ body: 'one' });
  const second = registered();
  ownLogger('audit').emit({ body: 'two' });
  const bodies = [first, second].map((exporter) => exporter.getFinishedLogRecords().map(({ body }) => body));
  expect(bodies).toEqual([['one'], ['two']]);
});
