/**
 * What the preload is in a thread that is not the main one: a way to the main thread for what is recorded here. Servers, clients and loggers
 * are not watched in here: a logger's transport is such a thread, and what comes to it has been heard already.
 */
import { logs } from '@opentelemetry/api';

import { offerDurableWrites } from './durable-writes.ts';
import { registerApiLogsGlobal } from './pipeline/api-logs-global.ts';
import { harmlessLoggerProvider } from './pipeline/harmless-logger-provider.ts';
import { wholeRecords } from './pipeline/withheld-records.ts';
import type { ThreadChannel } from './threads/thread-channel.ts';
import { ThreadLoggerProvider } from './threads/thread-logger-provider.ts';

export function startThread(channel: ThreadChannel): void {
  const threadProvider = new ThreadLoggerProvider(channel);
  const provider = harmlessLoggerProvider(threadProvider);
  logs.setGlobalLoggerProvider(provider);
  registerApiLogsGlobal(provider);
  offerDurableWrites(wholeRecords((emitRecords) => threadProvider.writeDurably(emitRecords)));
}
