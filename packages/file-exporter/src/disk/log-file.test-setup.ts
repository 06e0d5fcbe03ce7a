/** A log file on a disk in memory, with any number of writers. */
import { FaultyProcess } from '../model/faulty-process.ts';
import { MemoryDisk } from '../model/memory-disk.ts';
import type { FileSystem } from './file-system.ts';
import { LogFile, type LogFileEvent, type LogFileOptions } from './log-file.ts';

export const path = '/logs/a.log';
export const place: LogFileOptions['places'][0] = {
  path,
  lockPath: '/logs/.b/a.lock',
  quarantinePath: '/logs/.b/a.torn',
  intentPath: '/logs/.b/a.intent',
};

export interface Writer {
  readonly file: LogFile;
  readonly events: LogFileEvent[];
  readonly process: FaultyProcess;
  /** Appends lines, which end in a newline by themselves, and writes them. */
  write(...lines: string[]): ReturnType<LogFile['flush']>;
}

export class MemoryLog {
  readonly disk: MemoryDisk = new MemoryDisk();
  /** For whoever is no writer. */
  readonly others: FileSystem = this.disk.startProcess().fileSystem;

  startWriter(options: Partial<LogFileOptions> = {}): Writer {
    const process = new FaultyProcess(this.disk);
    const events: LogFileEvent[] = [];
    const file = new LogFile({
      places: [place],
      policy: { maxBytes: 0, backups: 0, emptyFileRollover: false },
      hasForeignWriters: false,
      fileSystem: process.fileSystem,
      openLock: process.openLock,
      now: () => this.disk.now,
      onEvent: (event) => events.push(event),
      formatNote: (note) => `${JSON.stringify(note)}\n`,
      ...options,
    });
    return {
      file,
      events,
      process,
      write(...lines) {
        for (const line of lines) file.append(`${line}\n`);
        return file.flush(0);
      },
    };
  }

  /** What is in a file; by its number. */
  read(number: number = 0): string | undefined {
    return this.disk.find(number === 0 ? path : `${path}.${number}`)?.bytes.toString();
  }

  appendFromOutside(text: string): void {
    const descriptor = this.others.openForAppend(path, 0o640);
    this.others.append(descriptor, Buffer.from(text));
    this.others.close(descriptor);
  }

  /** The syncs that are under way end, and everybody is told. */
  async endSyncs(error?: Error): Promise<void> {
    this.disk.endSyncs(error);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What has become of a promise by now. */
export async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  const pending = new Promise((resolve) => setImmediate(() => resolve('pending')));
  return String(
    await Promise.race([
      promise.then(
        () => 'kept',
        (error: unknown) => (error as Error).message.split(':')[0],
      ),
      pending,
    ]),
  );
}
