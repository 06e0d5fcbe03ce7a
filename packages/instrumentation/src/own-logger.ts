/** The loggers of what the APIs record. */
import { logs, type Logger, type LoggerProvider } from '@opentelemetry/api';
import { concernAttribute, type ConcernName } from '@sentrikat/file-exporter';

import { scopeName } from './scope.ts';
import { joinMainThread } from './threads/join-main-thread.ts';

const loggers = new Map<ConcernName, Logger>();
let provider: LoggerProvider | undefined;

/** Asked for once, as a provider takes a microsecond to find one; and again where there is another provider. */
export function ownLogger(concern: ConcernName): Logger {
  joinMainThread();
  const current = logs.getLoggerProvider();
  if (current !== provider) loggers.clear();
  provider = current;
  const known = loggers.get(concern);
  if (known !== undefined) return known;
  const logger = logs.getLogger(scopeName, undefined, { attributes: { [concernAttribute]: concern } });
  loggers.set(concern, logger);
  return logger;
}
