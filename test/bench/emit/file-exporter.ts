/** Ours: the OpenTelemetry logs SDK with the file exporter's processor and its fast path, nothing else. */
import { SeverityNumber, type Attributes, type Logger } from '@opentelemetry/api';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  concernAttribute,
  concerns,
  FastPath,
  FileLogRecordProcessor,
  type ConcernName,
} from '@sentrikat/file-exporter';

import type { Destination, DestinationOptions, OpenDestination } from './destination.ts';
import { event, longMessage, message } from './event.ts';

interface ClosableLogger {
  readonly logger: Logger;
  readonly close: Destination['close'];
}

export const openJsonFile: OpenDestination = (options) => {
  const { logger, close } = openLogger('performance', options);
  return { log: logEvent(logger), close };
};

/** With as many attributes as fit into a line that is as long as pino's of all six. */
export const openShortJsonFile: OpenDestination = (options) => {
  const { logger, close } = openLogger('performance', options);
  return { log: logEvent(logger, createFewAttributes), close };
};

export const openTextFile: OpenDestination = (options) => {
  const { logger, close } = openLogger('application', options);
  const attributes = { 'code.file.path': '/srv/app/users.js', 'code.function.name': 'update', 'code.line.number': 42 };
  return {
    log: (sequence) => logger.emit({ severityNumber: SeverityNumber.INFO, body: longMessage(sequence), attributes }),
    close,
  };
};

/** The event as a record of OpenTelemetry's API. */
export function logEvent(logger: Logger, createAttributes: () => Attributes = createAllAttributes): Destination['log'] {
  return (sequence) =>
    logger.emit({ severityNumber: SeverityNumber.INFO, body: message(sequence), attributes: createAttributes() });
}

function createFewAttributes(): Attributes {
  return { 'user.id': event.userId, 'client.address': event.address, 'sentrikat.resource': event.resource };
}

function createAllAttributes(): Attributes {
  return {
    'user.id': event.userId,
    'client.address': event.address,
    'sentrikat.action': event.action,
    'sentrikat.resource': event.resource,
    'sentrikat.old_value': event.oldValue,
    'sentrikat.new_value': event.newValue,
  };
}

/** The same call as of `openJsonFile`, on the way that the SDK has for it, up to where a file exporter would have its turn. */
export const openNothing: OpenDestination = () => {
  const nothing: LogRecordProcessor = { onEmit() {}, async forceFlush() {}, async shutdown() {} };
  const provider = new LoggerProvider({ processors: [nothing] });
  return { log: logEvent(provider.getLogger('bench')), close: () => provider.shutdown() };
};

function openLogger(concern: ConcernName, { directory, maxBytes, backups }: DestinationOptions): ClosableLogger {
  const rows = concerns.map((row) => ({ ...row, maxBytes, backups }));
  return loggerOf(concern, new FileLogRecordProcessor({ directory, concerns: rows }));
}

/** Ended with `close`. */
export function loggerOf(concern: ConcernName, processor: LogRecordProcessor): ClosableLogger {
  const fastPath = new FastPath([processor]);
  const provider = new LoggerProvider({ processors: [fastPath] });
  const logger = fastPath
    .through(provider)
    .getLogger('bench', undefined, { attributes: { [concernAttribute]: concern } });
  return { logger, close: () => provider.shutdown() };
}
