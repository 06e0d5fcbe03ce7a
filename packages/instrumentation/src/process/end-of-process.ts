/**
 * How the process ends is the application's business; that nothing is lost then is ours.
 *
 * - An exception that nobody catches is recorded, and the process dies as it would have.
 * - `exit`: requests without an answer get their line; the files write what waits (their own `exit` listener).
 * - A signal: all that waits is written before anybody else hears of it, and what is emitted while they hear of it is
 *   written at once. Who has no listener of its own dies of the signal,
 *   as it would have; who has one decides alone, and while it runs it sees no listener but its own, since programs count
 *   them to learn whether they are the only ones.
 * - `beforeExit`: what waits to be sent has a moment to go.
 *
 * Limits: a process that is busy in JavaScript forever no longer dies of SIGTERM, as with any listener; what dies of
 * SIGKILL, `process.abort()` or a crash of the runtime itself loses the lines of its last turn.
 */
import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

import { diag } from '@opentelemetry/api';

import type { Emit } from '../derived-record.ts';
import { crashRecord, type Crash } from './crash-record.ts';

export interface EndOfProcessOptions {
  readonly emit: Emit;
  /** Gives every open request its line. */
  readonly closeOpenRequests: () => void;
  /** Whether records are on the disk when `emit` returns; turning it on brings those there that still wait. */
  readonly setWriteThrough: (isWriteThrough: boolean) => void;
  /** Sends what waits; undefined where nothing is sent. Does not reject. */
  readonly flushExporters: (() => Promise<void>) | undefined;
}

/** The signals of which a Node process dies unless it listens, and which mean: end. (SIGUSR1 is the debugger's.) */
const signals = (['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2'] as const).filter(
  (signal) => signal in constants.signals,
);
/** How long the end may be put off for what waits to be sent. */
const sendingMillis = 2_000;

export function watchEndOfProcess(options: EndOfProcessOptions): void {
  const { emit, closeOpenRequests, setWriteThrough, flushExporters } = options;

  process.on('uncaughtExceptionMonitor', onCrash);
  // Before the files' own listener, which then has all of it.
  process.prependListener('exit', closeOpenRequests);
  for (const signal of signals) process.on(signal, onSignal);
  if (flushExporters !== undefined) process.once('beforeExit', () => void within(sendingMillis, flushExporters()));

  function onCrash(error: unknown, origin: Crash['origin']): void {
    try {
      emit(crashRecord({ error, origin, isFatal: process.listenerCount('uncaughtException') === 0 }));
    } catch (failure) {
      diag.error('a crash could not be recorded', failure);
    }
  }

  function onSignal(signal: NodeJS.Signals): void {
    setWriteThrough(true);
    process.off(signal, onSignal);
    if (process.listenerCount(signal) === 0) void dieOf(signal);
    else setImmediate(listenAgain, signal).unref();
  }

  /** First again, so that ours is gone from the count before others look. */
  function listenAgain(signal: NodeJS.Signals): void {
    setWriteThrough(false);
    process.prependListener(signal, onSignal);
  }

  /** A second signal of the kind finds no listener, and ends the process at once. */
  async function dieOf(signal: NodeJS.Signals): Promise<void> {
    if (flushExporters !== undefined) await within(sendingMillis, flushExporters());
    // The kernel keeps such signals from a container's first process, which goes on then, with its requests.
    if (process.pid !== 1) closeOpenRequests();
    process.kill(process.pid, signal);
    listenAgain(signal);
  }
}

/** Keeps the process alive for that long at most. */
async function within(millis: number, task: Promise<void>): Promise<void> {
  const stop = new AbortController();
  const deadline = wait(millis, undefined, { signal: stop.signal }).catch(() => {});
  await Promise.race([task, deadline]);
  stop.abort();
}
