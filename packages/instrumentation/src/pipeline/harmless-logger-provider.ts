/**
 * The SDK's logger provider for applications: `emit` never throws into them. Reading a record runs the application's own
 * getters and proxies, which may; the record then becomes one that says so.
 */
import { diag, SeverityNumber, type Logger, type LoggerProvider, type LogRecord } from '@opentelemetry/api';

import { errorMessage } from '../process/error-chain.ts';
import { ComposedBody, composerOf } from '../redaction/composed-body.ts';
import { noteWithheldRecord } from './withheld-records.ts';

export function harmlessLoggerProvider(provider: LoggerProvider): LoggerProvider {
  return { getLogger: (...scope) => new HarmlessLogger(provider.getLogger(...scope)) };
}

class HarmlessLogger implements Logger {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  emit(record: LogRecord): void {
    try {
      const compose = composerOf(record);
      this.#logger.emit(compose === undefined ? record : { ...record, body: new ComposedBody(compose) });
    } catch (error) {
      this.#emitFailure(error);
    }
  }

  enabled(...options: Parameters<Logger['enabled']>): boolean {
    try {
      return this.#logger.enabled(...options);
    } catch {
      // `emit` will say what is wrong.
      return true;
    }
  }

  #emitFailure(failure: unknown): void {
    noteWithheldRecord();
    try {
      this.#logger.emit({
        eventName: 'logging.unreadable',
        severityNumber: SeverityNumber.WARN,
        severityText: 'WARN',
        body: `a record could not be read: ${errorMessage(failure)}`,
      });
    } catch (error) {
      diag.error('a record could not be emitted', error);
    }
  }
}
