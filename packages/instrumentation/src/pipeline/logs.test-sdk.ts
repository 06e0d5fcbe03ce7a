/** A real logs SDK whose records can be looked at. */
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { LogRecordLimits, LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';

export interface LogsSdk {
  readonly provider: LoggerProvider;
  readonly records: () => ReadableLogRecord[];
}

/** `processors` come before the one that keeps the records. */
export function createLogsSdk(
  processors: readonly LogRecordProcessor[] = [],
  logRecordLimits: LogRecordLimits = {},
): LogsSdk {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    processors: [...processors, new SimpleLogRecordProcessor({ exporter })],
    logRecordLimits,
  });
  return { provider, records: () => exporter.getFinishedLogRecords() };
}
