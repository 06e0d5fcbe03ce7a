/** What the tests of processor and exporter stand on: a directory, files, and lines read back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import type { LogFilesEvent } from './log-files.ts';

export interface Place {
  readonly directory: string;
  readonly events: LogFilesEvent[];
  /** The lines of a file without their ends; none where there is no file. */
  lines(file: string): string[];
}

/** A directory for each test, gone after it. */
export function eachTestHasAPlace(): Place {
  let directory = '';
  const events: LogFilesEvent[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'log-files-'));
    events.length = 0;
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  return {
    get directory() {
      return directory;
    },
    events,
    lines: (file) => readFileSync(join(directory, file), 'utf8').split('\n').slice(0, -1),
  };
}
