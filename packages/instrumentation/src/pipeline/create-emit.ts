/** Turns what the sources derive into OpenTelemetry log records, tagged with their concern by the scope they come from. */
import { diag, SeverityNumber, type Logger, type LoggerProvider } from '@opentelemetry/api';
import { concernAttribute, concerns, type ConcernName } from '@sentrikat/file-exporter';

import type { DerivedRecord, Emit } from '../derived-record.ts';
import { scopeName } from '../scope.ts';

/** One logger for each concern: the tag costs nothing per record then. */
export function createEmit(provider: LoggerProvider): Emit {
  const loggers = Object.fromEntries(
    concerns.map(({ name }) => [
      name,
      provider.getLogger(scopeName, undefined, { attributes: { [concernAttribute]: name } }),
    ]),
  ) as Record<ConcernName, Logger>;
  return (record: DerivedRecord) => {
    try {
      loggers[record.concern].emit({ severityText: SeverityNumber[record.severityNumber], ...record });
    } catch (error) {
      diag.error('a record could not be emitted', error);
    }
  };
}
