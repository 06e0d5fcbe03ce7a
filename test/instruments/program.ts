/** Starts a Node program as an operator would, with or without the preload, and says how it ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the command line names: `node --require @sentrikat/instrumentation/register …`. */
export const preload: readonly string[] = ['--require', '@sentrikat/instrumentation/register'];

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves with the first match in what the program has printed; rejects, with all of it, when it ends or time is up. */
  printed(pattern: RegExp, withinMillis?: number): Promise<RegExpExecArray>;
  /** Sends the signal and waits. A program that is still there after `withinMillis` is killed, which `signal` then says. */
  stop(signal: NodeJS.Signals, withinMillis?: number): Promise<Ending>;
  /** Waits for the program to end by itself. */
  ended(withinMillis?: number): Promise<Ending>;
}

export interface ProgramOptions {
  /** Arguments of `node`: options, the program, its arguments. */
  readonly args: readonly string[];
  /** Added to a small, fixed environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Runs instead of Node itself, in front of it: `['unshare', '-m', …]`. */
  readonly wrapper?: readonly string[];
}

const testFolder = fileURLToPath(new URL('..', import.meta.url));

export function startProgram({ args, env = {}, cwd = testFolder, wrapper = [] }: ProgramOptions): Program {
  const [command = process.execPath, ...rest] = [...wrapper, process.execPath, ...args];
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const closed = once(child, 'close');
  const describe = () => `\n--- stdout\n${output.stdout}\n--- stderr\n${output.stderr}`;

  return { pid: child.pid ?? 0, child, printed, stop, ended };

  async function printed(pattern: RegExp, withinMillis: number = 30_000): Promise<RegExpExecArray> {
    const deadline = performance.now() + withinMillis;
    while (performance.now() < deadline) {
      const match = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
      if (match !== null) return match;
      if (child.exitCode !== null || child.signalCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`${args.join(' ')} did not print ${pattern} (exit code ${child.exitCode})${describe()}`);
  }

  async function stop(signal: NodeJS.Signals, withinMillis?: number): Promise<Ending> {
    child.kill(signal);
    return ended(withinMillis);
  }

  async function ended(withinMillis: number = 30_000): Promise<Ending> {
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMillis);
    await closed;
    clearTimeout(timer);
    return { code: child.exitCode, signal: child.signalCode, ...output };
  }
}
