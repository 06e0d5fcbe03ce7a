/** The contestants of `processes`. Only the one that is measured gets loaded into its processes. */
import type { OpenDestination } from '../emit/destination.ts';
import { python, type ExternalProgram } from '../external-program.ts';

interface RivalRow {
  readonly name: string;
  readonly note: string;
  readonly packages: readonly string[];
}

/** A logger of Node's. */
export interface NodeRivalRow extends RivalRow {
  readonly load: () => Promise<OpenDestination>;
}

/** A program of another language, which keeps to what `writing-process.ts` says. */
export interface ForeignRivalRow extends RivalRow {
  readonly interpreter: ExternalProgram;
  readonly script: URL;
}

export const rivals: readonly (NodeRivalRow | ForeignRivalRow)[] = [
  {
    name: 'ours',
    note: '`logger.emit` of the OpenTelemetry SDK through `FastPath`, `FileLogRecordProcessor`, performance.log; ended with `provider.shutdown()`',
    packages: ['@opentelemetry/sdk-logs', '@sentrikat/file-exporter'],
    load: async () => (await import('../emit/file-exporter.ts')).openJsonFile,
  },
  {
    name: 'pino-roll, transport',
    note: 'on a worker thread in each process, ended with `transport.end()`; every process counts its own number up, and several write to one file in chunks that end anywhere',
    packages: ['pino', 'pino-roll'],
    load: async () => (await import('../emit/pino.ts')).openRollInThread,
  },
  {
    name: 'pino-roll, main thread',
    note: 'the same stream without the worker thread, ended with `stream.end()`; it waits with rotating until its buffer is empty',
    packages: ['pino', 'pino-roll'],
    load: async () => (await import('../emit/pino.ts')).openRollInMainThread,
  },
  {
    name: 'winston',
    note: '`File` transport with `maxsize`, callers that wait for `drain`, ended with `logger.end()`',
    packages: ['winston'],
    load: async () => (await import('../emit/winston.ts')).openWinston,
  },
  {
    name: 'winston-daily-rotate-file',
    note: 'its transport with `maxSize`, ended with `logger.end()`; it never asks its callers to wait',
    packages: ['winston', 'winston-daily-rotate-file'],
    load: async () => (await import('./winston-daily-rotate-file.ts')).openDailyRotateFile,
  },
  {
    name: 'rotating-file-stream',
    note: 'with `size` and its own names, `JSON.stringify`, callers that wait for `drain`, ended with `stream.end()`; after an error its stream is closed for good, and here the process ends with it',
    packages: ['rotating-file-stream'],
    load: async () => (await import('./rotating-file-stream.ts')).openRotatingFileStream,
  },
  {
    name: 'log4js',
    note: '`file` appender with `maxLogSize`, a layout of `JSON.stringify`, callers that heed `log4js:pause`, ended with `log4js.shutdown`',
    packages: ['log4js'],
    load: async () => (await import('./log4js.ts')).openLog4js,
  },
  {
    name: 'Python RotatingFileHandler',
    note: 'the standard library’s, whose files ours are like, with a formatter of `json.dumps`; ended with `logging.shutdown()`',
    packages: [],
    interpreter: python,
    script: new URL('rotating_file_handler.py', import.meta.url),
  },
];
