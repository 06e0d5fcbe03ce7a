/**
 * One of the processes that write to the same file. It is started with a `WritingTask` as JSON, warms up, says `ready` on
 * descriptor 3, waits for a line on its stdin, writes, and when all is in the file says `done` and what that took, as JSON
 * lines. A descriptor rather than Node's own channel, so that other languages can do the same, and rather than stdout, where
 * loggers print.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { measuredEnvironment } from '../measured-process.ts';

export interface WritingTask {
  readonly rival: string;
  /** Shared with the other processes. */
  readonly directory: string;
  /** The process's own: what is compared is writers, not how quickly each compiles its code. */
  readonly warmUpDirectory: string;
  readonly warmUpLines: number;
  readonly firstLine: number;
  readonly lines: number;
  readonly maxBytes: number;
  readonly backups: number;
}

export type WritingMessage = { readonly say: 'ready' } | ({ readonly say: 'done' } & WritingCost);

interface WritingCost {
  /** User and system time of all threads, from the start to the end of writing. */
  readonly cpuMicros: number;
  readonly peakRssKiB: number;
}

/** Of a process that could not say. */
const unknownCost: WritingCost = { cpuMicros: 0, peakRssKiB: 0 };

interface Written extends WritingCost {
  /** By `performance.now()`: when all was in the file, or the process was gone. */
  readonly endedAt: number;
  /** Whether it crashed, hung, or ended without having finished. */
  readonly hasFailed: boolean;
}

export interface WritingProcess {
  readonly ready: Promise<void>;
  readonly start: () => void;
  /** Settles when the process has ended, in whatever way. */
  readonly written: Promise<Written>;
  readonly kill: () => void;
}

/** Many times what the slowest contestant takes; one that hangs is killed then, and has failed. */
const limitMillis = 180_000;
const shownErrorCharacters = 2_000;

export function startWritingProcess(command: string, args: readonly string[], task: WritingTask): WritingProcess {
  const child = spawn(command, [...args, JSON.stringify(task)], {
    cwd: task.directory,
    env: measuredEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    timeout: limitMillis,
    killSignal: 'SIGKILL',
  });
  const stdin = child.stdin as Writable;
  // Who has crashed does not listen; that is seen from its end.
  stdin.on('error', () => {});
  let errors = '';
  (child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
    // Loggers print an error for each line that they lose: the first say why.
    if (errors.length < shownErrorCharacters) errors += text;
  });
  const { promise: ready, resolve: isReady, reject: isNotReady } = Promise.withResolvers<void>();
  let done: { readonly endedAt: number; readonly cost: WritingCost } | undefined;
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    const message = JSON.parse(line) as WritingMessage;
    if (message.say === 'ready') isReady();
    else done = { endedAt: performance.now(), cost: message };
  });
  const written = once(child, 'close').then(([code]): Written => {
    isNotReady(
      new Error(
        `CONTESTANT_ENDED: "${command} ${args.join(' ')}" ended (${String(code)}) before it was to write\n  why   its figures would be missing from the page\n  do    read its error: ${errors.slice(0, shownErrorCharacters)}`,
      ),
    );
    return {
      ...unknownCost,
      ...done?.cost,
      endedAt: done?.endedAt ?? performance.now(),
      hasFailed: code !== 0 || done === undefined,
    };
  });
  return { ready, start: () => stdin.write('go\n'), written, kill: () => child.kill('SIGKILL') };
}

/** Resolves when each is ready or has failed; rejects with the reason of one where all have failed, as then nothing can be measured. */
export async function readyOrFailed(processes: readonly Pick<WritingProcess, 'ready'>[]): Promise<void> {
  const outcomes = await Promise.allSettled(processes.map(({ ready }) => ready));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
  if (failures[0] !== undefined && failures.length === outcomes.length) throw failures[0];
}
