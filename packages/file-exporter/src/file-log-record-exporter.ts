/**
 * The seven files as an exporter, for those who bring a processor of their own. `FileLogRecordProcessor` is the safer
 * way in: a batch processor in front of this exporter drops what exceeds its queue.
 */
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { forget, writeAtEndOfProcess } from './end-of-process.ts';
import { LogFiles, type LogFilesOptions } from './log-files.ts';

type ExportResult = Parameters<Parameters<LogRecordExporter['export']>[1]>[0];
/** `ExportResultCode` of @opentelemetry/core, which is not worth a dependency. */
const success = 0;
const failed = 1;

export class FileLogRecordExporter implements LogRecordExporter {
  readonly #files: LogFiles;
  #isShutDown = false;

  /** Opens the files. Never throws: what cannot be opened is reported to `options.onEvent`. */
  constructor(options: LogFilesOptions) {
    this.#files = new LogFiles(options);
    writeAtEndOfProcess(this.#files);
  }

  /**
   * Reports success once the lines are written. A failure means that the disk refuses them now; they wait in memory and
   * are written when it takes them again, so they must not be sent a second time.
   */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    void this.#write(records).then(resultCallback);
  }

  /** Writes what waits. Rejects where that is not possible now, as `export` fails then. */
  async forceFlush(): Promise<void> {
    await this.#files.forceFlush();
  }

  /** Writes what waits and closes the files. Rejects where the disk refuses the last lines, which are lost. */
  async shutdown(): Promise<void> {
    if (this.#isShutDown) return;
    this.#isShutDown = true;
    try {
      await this.#files.shutdown();
    } finally {
      forget(this.#files);
    }
  }

  async #write(records: ReadableLogRecord[]): Promise<ExportResult> {
    if (this.#isShutDown) return { code: failed, error: new Error('EXPORTER_SHUT_DOWN: export() after shutdown()') };
    for (const record of records) this.#files.write(record);
    try {
      await this.#files.forceFlush();
      return { code: success };
    } catch (error) {
      return { code: failed, error: error as Error };
    }
  }
}
