/** Turns what the sources derive into OpenTelemetry log records, tagged with their concern by the scope they come from. */
import { diag, SeverityNumber, type Logger, type LoggerProvider, type LogRecord } from '@opentelemetry/api';
import { concernAttribute, concerns } from '@sentrikat/file-exporter';

import type { Emit } from '../derived-record.ts';
import { ComposedBody } from '../redaction/composed-body.ts';
import { scopeName } from '../scope.ts';

interface Outlet {
  readonly logger: Logger;
  readonly showsAttributes: boolean;
}

/**
 * One logger for each concern: the tag costs nothing per record then. A file in the simple format shows no attributes; where
 * records are not sent either (`isSent`), it would be for nothing to make them.
 */
export function createEmit(findProvider: () => LoggerProvider, isSent: boolean): Emit {
  let outlets: ReadonlyMap<string, Outlet> | undefined;
  return (record) => {
    try {
      outlets ??= createOutlets(findProvider(), isSent);
      const { logger, showsAttributes } = outlets.get(record.concern)!;
      const { severityNumber } = record;
      const body = record.compose === undefined ? record.body : new ComposedBody((shown) => record.compose!(shown));
      const logRecord: LogRecord = { severityNumber, severityText: SeverityNumber[severityNumber], body };
      if (record.eventName !== undefined) logRecord.eventName = record.eventName;
      if (record.timestamp !== undefined) logRecord.timestamp = record.timestamp;
      if (record.context !== undefined) logRecord.context = record.context;
      if (showsAttributes) logRecord.attributes = record.attributes;
      logger.emit(logRecord);
    } catch (error) {
      diag.error('a record could not be emitted', error);
    }
  };
}

function createOutlets(provider: LoggerProvider, isSent: boolean): ReadonlyMap<string, Outlet> {
  return new Map(
    concerns.map(({ name, format }) => [
      name,
      {
        logger: provider.getLogger(scopeName, undefined, { attributes: { [concernAttribute]: name } }),
        showsAttributes: isSent || format !== 'simple',
      },
    ]),
  );
}
