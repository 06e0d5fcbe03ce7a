/** The process of a server: started, watched until it is ready, paused and ended by its id. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

export interface ServerProcess {
  /** Of the program that was started; undefined where it could not be. */
  readonly pid: number | undefined;
  /** Resolves when `isReady` says so; rejects, with what the server printed last, when it has ended or takes too long. */
  untilReady(isReady: () => boolean | Promise<boolean>, timeoutMillis: number): Promise<void>;
  /** Once it resolves, connections are made and nothing is read or answered. */
  pause(): Promise<void>;
  resume(): void;
  /** What it has printed last. */
  output(): string;
  /** Resolves when it has ended, paused or not; at once if it had before. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a program. `workerPid` is for one that has another process do the work: signals go to that one, and the program is
 * expected to follow it.
 */
export function startProcess(
  command: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'env' | 'cwd' | 'uid' | 'gid'>,
  workerPid: () => number | undefined = () => undefined,
): ServerProcess {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.on('error', (error) => (output += error.message));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-20_000)));
  }
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

  const workingPid = () => workerPid() ?? child.pid;

  function signal(name: NodeJS.Signals): void {
    const pid = workingPid();
    if (isRunning() && pid !== undefined) process.kill(pid, name);
  }

  return {
    pid: child.pid,
    async untilReady(isReady, timeoutMillis) {
      const deadline = performance.now() + timeoutMillis;
      while (isRunning() && performance.now() < deadline) {
        if (await isReady()) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const state = isRunning() ? 'still runs' : `ended with ${child.signalCode ?? child.exitCode}`;
      throw new Error(`${command} is not ready, and ${state}: ${output}`);
    },
    async pause() {
      signal('SIGSTOP');
      while (isRunning() && !isStopped(workingPid())) await new Promise((resolve) => setTimeout(resolve, 1));
    },
    resume: () => signal('SIGCONT'),
    output: () => output,
    async end(name) {
      if (!isRunning()) return;
      const exit = once(child, 'exit');
      signal(name);
      signal('SIGCONT');
      await exit;
    },
  };
}

/**
 * A signal is only sent when `kill` returns: on a busy machine a thread can read on until the one that takes the signal has its
 * turn. Once the first thread is stopped, none executes another instruction.
 */
function isStopped(pid: number | undefined): boolean {
  return readFileSync(`/proc/${pid}/status`, 'utf8').includes('\nState:\tT');
}

/** Whether somebody listens on this port of 127.0.0.1. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
