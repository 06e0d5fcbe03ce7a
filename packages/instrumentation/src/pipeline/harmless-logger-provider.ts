/**
 * The SDK's logger provider for applications: `emit` never throws into them. Reading a record runs the application's own
 * getters and proxies, which may; the record then becomes one that says so.
 */
import { SeverityNumber, type Logger, type LoggerProvider, type LogRecord } from '@opentelemetry/api';

export function harmlessLoggerProvider(provider: LoggerProvider): LoggerProvider {
  const harmless = new WeakMap<Logger, Logger>();
  return {
    getLogger(...scope) {
      const logger = provider.getLogger(...scope);
      const known = harmless.get(logger);
      if (known !== undefined) return known;
      const wrapped = new HarmlessLogger(logger);
      harmless.set(logger, wrapped);
      return wrapped;
    },
  };
}

class HarmlessLogger implements Logger {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  emit(record: LogRecord): void {
    try {
      this.#logger.emit(record);
    } catch (error) {
      this.#logger.emit({
        eventName: 'logging.unreadable',
        severityNumber: SeverityNumber.WARN,
        body: `a record could not be read: ${reasonOf(error)}`,
      });
    }
  }

  enabled(...options: Parameters<Logger['enabled']>): boolean {
    return this.#logger.enabled(...options);
  }
}

/** Whatever was thrown may throw again when it is looked at. */
function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'the error cannot be read either';
  }
}
