/**
 * The way into the files for an OpenTelemetry logs SDK: `new LoggerProvider({ processors: [new FileLogRecordProcessor({ directory })] })`.
 *
 * A processor and not an exporter behind a batch processor, because that one drops silently what exceeds its queue (2,048
 * records by default). Here a record is formatted as it is emitted and written in the same turn of the event loop.
 */
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { concerns } from './concerns.ts';
import { forget, writeAtEndOfProcess } from './end-of-process.ts';
import { LogFiles, type LogFilesOptions } from './log-files.ts';
import { levelOf, lowestSeverityNumber } from './severity.ts';

export class FileLogRecordProcessor implements LogRecordProcessor {
  readonly #files: LogFiles;
  readonly #lowestFloor: number;
  #isShutDown = false;

  /** Opens the files. Never throws: what cannot be opened is reported to `options.onEvent`. */
  constructor(options: LogFilesOptions) {
    this.#files = new LogFiles(options);
    this.#lowestFloor = Math.min(...(options.concerns ?? concerns).map((row) => lowestSeverityNumber(row.floor)));
    writeAtEndOfProcess(this.#files);
  }

  /** False for records that no file would take, which the SDK then need not build. */
  enabled({ severityNumber }: { severityNumber?: number | undefined }): boolean {
    return !this.#isShutDown && lowestSeverityNumber(levelOf(severityNumber, undefined)) >= this.#lowestFloor;
  }

  /**
   * Runs `emit`, and resolves when the lines of all records that it emitted, synchronously and through this processor, are written
   * and synced: on the platter, as far as the operating system can tell. Many callers share one sync. Rejects, with the reason, where
   * that fails or takes longer than five seconds, where `emit` throws, and where no file takes the records. A line that was not
   * written is then not written later either; one whose sync alone has failed, or is late, may be in the file.
   */
  writeDurably(emit: () => void): Promise<void> {
    if (this.#isShutDown) return Promise.reject(new Error('PROCESSOR_SHUT_DOWN: writeDurably() after shutdown()'));
    return this.#files.writeDurably(emit);
  }

  onEmit(record: ReadableLogRecord): void {
    if (!this.#isShutDown) this.#files.write(record);
  }

  /**
   * Writes what waits. Rejects where the disk refuses, or other writers have the files for five seconds; the lines stay in memory, and
   * are written as soon as that is possible.
   */
  async forceFlush(): Promise<void> {
    await this.#files.forceFlush();
  }

  /**
   * Whether each record is written before `emit` returns; turning it on writes what waits before it returns. For signal
   * handlers, after which the process may be gone. (An `exit` of the process turns it on by itself.)
   */
  setWriteThrough(isWriteThrough: boolean): void {
    if (!this.#isShutDown) this.#files.setWriteThrough(isWriteThrough);
  }

  /**
   * Signs the trails, if there is a key, and writes what waits before it returns, and from now on each record. For a signal handler that
   * knows the process to be gone after it. (An `exit` of the process does it by itself.)
   */
  endOfProcess(): void {
    if (!this.#isShutDown) this.#files.endOfProcess();
  }

  /** Writes what waits and closes the files; later records are ignored. Rejects where the disk refuses the last lines, which are lost. */
  async shutdown(): Promise<void> {
    if (this.#isShutDown) return;
    this.#isShutDown = true;
    try {
      await this.#files.shutdown();
    } finally {
      forget(this.#files);
    }
  }
}
