/** Programs that use the files without asking for a lock: one renames a log away, as logrotate does, and a shell appends to another. */
import { spawn, type ChildProcess } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';

import type { ConcernName } from '@sentrikat/file-exporter';

import type { Folders } from './files-on-disk.ts';

export const movedConcern: ConcernName = 'audit';
const sharedConcern: ConcernName = 'application';

/** A line that the shell appends: on its own, or after the half line of a killed writer, if no other was there in between. */
export const foreignLine: RegExp = /^(.*)foreign (\d+)$/;

const moveMillis = 300;
/** Ends with whoever has started it. */
const append =
  'count=0; while kill -0 $PPID; do count=$((count + 1)); echo "foreign $count" >> "$0"; sleep 0.005; done';

export class Strangers {
  readonly #shell: ChildProcess;
  readonly #moves: NodeJS.Timeout;
  #moved = 0;

  constructor({ logs, moved }: Folders) {
    this.#shell = spawn('sh', ['-c', append, join(logs, `${sharedConcern}.log`)], { stdio: 'ignore' });
    const path = join(logs, `${movedConcern}.log`);
    this.#moves = setInterval(() => {
      try {
        renameSync(path, join(moved, `${movedConcern}.log.${this.#moved + 1}`));
        this.#moved++;
      } catch (error) {
        // In the middle of a rotation there is no such file.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }, moveMillis);
  }

  end(): void {
    clearInterval(this.#moves);
    this.#shell.kill('SIGKILL');
  }
}
