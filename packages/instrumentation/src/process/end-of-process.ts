/**
 * How the process ends is the application's business; that nothing is lost then is ours.
 *
 * - An exception that nobody catches is recorded, and so is a rejection that nobody handles; the process dies as it would have, or goes
 *   on where the application listens.
 * - `exit`: requests without an answer get their line; the files write what waits (their own `exit` listener).
 * - A signal: all that waits is written before anybody else hears of it, and what is emitted while they hear of it is
 *   written at once. Who has no listener of its own dies of the signal, as it would have; who has one decides alone, and
 *   while it runs it sees no listener but its own, since programs count them to learn whether they are the only ones.
 * - A process that kills itself dies before `process.kill` returns, as it would have: the last moment is inside the call.
 *   Only what has something to send lives on for that, as under a signal from outside.
 * - `beforeExit`: what waits to be sent has a moment to go. `exit` leaves none for that.
 *
 * Limits: a process that is busy in JavaScript forever no longer dies of SIGTERM, as with any listener; what dies of
 * SIGKILL, `process.abort()` or a crash of the runtime itself loses the lines of its last turn. Where something is sent in
 * `beforeExit`, that event comes once more, as after anybody's work in it.
 */
import { constants } from 'node:os';
import { setTimeout } from 'node:timers';

import { diag } from '@opentelemetry/api';

import type { Emit } from '../derived-record.ts';
import { crashRecord, type Crash } from './crash-record.ts';

export interface EndOfProcessOptions {
  readonly emit: Emit;
  /** Records what is left to record: every open request gets its line, and the trail its last. */
  readonly closeOpenRequests: () => void;
  /** Whether records are on the disk when `emit` returns; turning it on brings those there that still wait. */
  readonly setWriteThrough: (isWriteThrough: boolean) => void;
  /** The files' last moment, where there will be no `exit`: all is written, and trails are signed. */
  readonly endFiles: () => void;
  /** Sends what waits; undefined where nothing is sent. */
  readonly flushExporters: (() => Promise<void>) | undefined;
}

/** The signals of which a Node process dies unless it listens, and which mean: end. (SIGUSR1 is the debugger's.) */
const signals = (['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2'] as const).filter(
  (signal) => signal in constants.signals,
);
type Signal = (typeof signals)[number];

const rejection = 'unhandledRejection';

/** How long the end may be put off for what waits to be sent. */
const sendingMillis = 2_000;

export function watchEndOfProcess({ emit, flushExporters, ...options }: EndOfProcessOptions): void {
  const closeOpenRequests = harmless(options.closeOpenRequests);
  const setWriteThrough = harmless(options.setWriteThrough);
  const endFiles = harmless(options.endFiles);
  const listeners = new Map(signals.map((signal) => [signal, listenerFor(signal)]));
  const { kill } = process;
  /** Signals of which another listener has gone just now: one that comes first and hears once is gone when ours is called. */
  const left = new Set<unknown>();
  let isDying = false;

  process.on('uncaughtExceptionMonitor', harmless(onCrash));
  // Before the files' own listener, which then has all of it.
  process.prependListener('exit', () => closeOpenRequests());
  if (flushExporters !== undefined) process.once('beforeExit', () => void within(sendingMillis, flushExporters()));
  for (const [signal, listener] of listeners) process.prependListener(signal, listener);
  process.on('newListener', harmless(hearRejections));
  process.on('removeListener', harmless(leaveRejections));
  process.on('removeListener', (name: unknown, listener) => {
    if (!listeners.has(name as Signal) || listener === listeners.get(name as Signal)) return;
    left.add(name);
    process.nextTick(() => left.delete(name));
  });
  // The application may have as many as before until Node takes them for a leak; of `exit`, there are two of ours.
  const most = process.getMaxListeners();
  if (most > 0) process.setMaxListeners(most + 2);
  process.kill = (pid, signal) => {
    const name = nameOf(signal);
    if (pid === process.pid && name !== undefined && diesOf(name) && !isHeard(name)) beforeDeath(name);
    return kill.call(process, pid, signal);
  };

  const onRejection = harmless((error: unknown) => emit(crashRecord({ error, origin: rejection, isFatal: false })));

  function onCrash(error: unknown, origin: Crash['origin']): void {
    const isFatal = process.listenerCount('uncaughtException') === 0 && !process.hasUncaughtExceptionCaptureCallback();
    // A listener of `exit` that throws keeps later ones from running, and the files' among them.
    if (isFatal) setWriteThrough(true);
    emit(crashRecord({ error, origin, isFatal }));
  }

  /** With a listener, Node says nothing to the monitor. One of ours alone would keep the process alive: it comes and goes with the application's. */
  function hearRejections(name: unknown, listener: unknown): void {
    if (name !== rejection || listener === onRejection || process.listeners(rejection).includes(onRejection)) return;
    process.prependListener(rejection, onRejection);
  }

  function leaveRejections(name: unknown): void {
    if (name === rejection && process.listeners(rejection).every((each) => each === onRejection)) {
      process.off(rejection, onRejection);
    }
  }

  /** Programs emit signals themselves, but only Node tells the number: `process.emit('SIGTERM')` has never killed anybody. */
  function listenerFor(signal: Signal): (name: unknown, number?: number) => void {
    return (...[, number]) => {
      setWriteThrough(true);
      process.off(signal, listeners.get(signal)!);
      process.nextTick(listenAgain, signal);
      if (number !== undefined && !left.has(signal) && diesOf(signal)) void dieOf(signal);
    };
  }

  /** First again, so that ours is gone from the count before others look. */
  function listenAgain(signal: Signal): void {
    if (!isDying) setWriteThrough(false);
    process.prependListener(signal, listeners.get(signal)!);
  }

  /** The kernel keeps such signals from a container's first process, which goes on. */
  function diesOf(signal: Signal): boolean {
    return process.pid !== 1 && process.listeners(signal).every((listener) => listener === listeners.get(signal));
  }

  /** By our own listener, which has what waits sent first. */
  function isHeard(signal: Signal): boolean {
    return flushExporters !== undefined && process.listenerCount(signal) > 0;
  }

  /** A second signal does not wait for what the first one waits for. */
  async function dieOf(signal: Signal): Promise<void> {
    if (flushExporters !== undefined && !isDying) {
      isDying = true;
      await within(sendingMillis, flushExporters());
    }
    // Who began to listen meanwhile would not have lived to do so.
    process.removeAllListeners(signal);
    beforeDeath(signal);
    kill.call(process, process.pid, signal);
  }

  function beforeDeath(signal: Signal): void {
    closeOpenRequests();
    endFiles();
    process.off(signal, listeners.get(signal)!);
  }
}

/** By name or number; without either, `process.kill` means SIGTERM. */
function nameOf(signal: string | number = 'SIGTERM'): Signal | undefined {
  return signals.find((name) => name === signal || constants.signals[name] === signal);
}

/** Keeps the process alive for that long at most. */
async function within(millis: number, task: Promise<void>): Promise<void> {
  let deadline: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (deadline = setTimeout(resolve, millis)));
  await Promise.race([task.catch((failure: unknown) => diag.error('not all could be sent', failure)), timeout]);
  clearTimeout(deadline);
}

/** What goes wrong in here must not end the application, nor keep its own listeners from running. */
function harmless<Arguments extends readonly unknown[]>(
  act: (...args: Arguments) => void,
): (...args: Arguments) => void {
  return (...args) => {
    try {
      act(...args);
    } catch (failure) {
      diag.error('not all could be recorded at the end of the process', failure);
    }
  };
}
