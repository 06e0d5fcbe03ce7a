import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { expect, test } from 'vitest';

import { FileLogRecordExporter } from './file-log-record-exporter.ts';
import { eachTestHasAPlace } from './logs-sdk.test-setup.ts';
import { testRecord } from './test-record.ts';

const place = eachTestHasAPlace();

function exported(exporter: FileLogRecordExporter, ...bodies: string[]): Promise<{ code: number; error?: Error }> {
  return new Promise((resolve) =>
    exporter.export(
      bodies.map((body) => testRecord({ body })),
      resolve,
    ),
  );
}

test('reports success when the lines are in the file', async () => {
  const exporter = new FileLogRecordExporter({ directory: place.directory });
  expect(await exported(exporter, 'one', 'two')).toEqual({ code: 0 });
  expect(place.lines('application.log')).toHaveLength(2);
  await exporter.shutdown();
});

test('reports a failure while the disk refuses, and writes the lines once it does not', async () => {
  mkdirSync(join(place.directory, 'application.log'));
  const exporter = new FileLogRecordExporter({
    directory: place.directory,
    onEvent: (event) => place.events.push(event),
  });
  expect(await exported(exporter, 'kept')).toMatchObject({
    code: 1,
    error: { message: expect.stringMatching(/^LINES_WAITING: /) },
  });
  await expect(exporter.forceFlush()).rejects.toThrow(/^LINES_WAITING: /);
  expect(place.events).toMatchObject([{ type: 'degraded', effect: 'waiting', concern: 'application' }]);
  rmdirSync(join(place.directory, 'application.log'));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await exporter.forceFlush();
  expect(place.lines('application.log')).toEqual([expect.stringContaining('kept')]);
  await exporter.shutdown();
});

test('refuses what comes after its end, and ends once', async () => {
  const exporter = new FileLogRecordExporter({ directory: place.directory });
  await Promise.all([exporter.shutdown(), exporter.shutdown()]);
  expect(await exported(exporter, 'late')).toMatchObject({
    code: 1,
    error: { message: expect.stringMatching(/^EXPORTER_SHUT_DOWN: /) },
  });
  expect(place.lines('application.log')).toEqual([]);
});

test.each([
  ['simple', (exporter: FileLogRecordExporter) => new SimpleLogRecordProcessor({ exporter })],
  ['batch', (exporter: FileLogRecordExporter) => new BatchLogRecordProcessor({ exporter })],
])('works behind the %s processor', async (...[, processor]) => {
  const provider = new LoggerProvider({
    processors: [processor(new FileLogRecordExporter({ directory: place.directory }))],
  });
  for (let index = 0; index < 100; index++)
    provider.getLogger('x').emit({ severityNumber: 9, body: `record ${index}` });
  await provider.shutdown();
  expect(place.lines('application.log').map((line) => line.replace(/.*: /, ''))).toEqual(
    Array.from({ length: 100 }, (...[, index]) => `record ${index}`),
  );
});
