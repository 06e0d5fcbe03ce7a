/** The contestants of `emit`. Only the one that is measured gets loaded into its process. */
import type { OpenDestination } from './destination.ts';

export interface DestinationRow {
  readonly name: string;
  readonly note: string;
  readonly packages: readonly string[];
  readonly load: () => Promise<OpenDestination>;
  readonly isPreloaded?: true;
  /** There is nothing to be found on the disk. */
  readonly writesNothing?: true;
}

const ours = ['@opentelemetry/sdk-logs', '@sentrikat/file-exporter'] as const;

export const destinations: readonly DestinationRow[] = [
  {
    name: 'ours, JSON',
    note: '`logger.emit` of the OpenTelemetry SDK through `FastPath`, `FileLogRecordProcessor`, performance.log; lines wait for at most five milliseconds, and are then written under the file’s lock',
    packages: ours,
    load: async () => (await import('./file-exporter.ts')).openJsonFile,
  },
  {
    name: 'ours, shorter JSON',
    note: 'the same with three attributes fewer, so that its line, which also has the names of level, file and scope, is as long as pino’s',
    packages: ours,
    load: async () => (await import('./file-exporter.ts')).openShortJsonFile,
  },
  {
    name: 'ours, text',
    note: 'as “ours, JSON” into application.log, with module, function and line',
    packages: ours,
    load: async () => (await import('./file-exporter.ts')).openTextFile,
  },
  {
    name: 'ours, preload',
    note: 'the same event as in “ours, JSON”, through the global API in a process started with `--require @sentrikat/instrumentation/register`: redaction and record ids included',
    packages: ['@sentrikat/instrumentation'],
    load: async () => (await import('./preload.ts')).openPreloaded,
    isPreloaded: true,
  },
  {
    name: 'the SDK alone',
    note: 'the `logger.emit` of “ours, JSON” without `FastPath`, and with a processor that does nothing: what is spent before any exporter has its turn',
    packages: ['@opentelemetry/sdk-logs'],
    load: async () => (await import('./file-exporter.ts')).openNothing,
    writesNothing: true,
  },
  {
    name: 'pino-roll, transport',
    note: 'pino’s own advice: serialised on the main thread, written and rotated on a worker thread, so its CPU is spent on two cores; the thread gets text in chunks that end anywhere, so a rotation may cut a line in two',
    packages: ['pino', 'pino-roll'],
    load: async () => (await import('./pino.ts')).openRollInThread,
  },
  {
    name: 'pino, transport',
    note: '`pino/file` on a worker thread, which writes with sonic-boom; no rotation',
    packages: ['pino'],
    load: async () => (await import('./pino.ts')).openInThread,
  },
  {
    name: 'pino-roll, main thread',
    note: 'the same stream without the worker thread; it waits with rotating until its buffer is empty',
    packages: ['pino', 'pino-roll'],
    load: async () => (await import('./pino.ts')).openRollInMainThread,
  },
  {
    name: 'pino, sync',
    note: 'one write per line, no rotation',
    packages: ['pino'],
    load: async () => (await import('./pino.ts')).openSync,
  },
  {
    name: 'pino, async',
    note: '`sync: false, minLength: 4096`, no rotation; what waits in memory has no limit',
    packages: ['pino'],
    load: async () => (await import('./pino.ts')).openAsync,
  },
  {
    name: 'winston',
    note: '`File` transport with `maxsize`, and a caller that waits for `drain`',
    packages: ['winston'],
    load: async () => (await import('./winston.ts')).openWinston,
  },
];
