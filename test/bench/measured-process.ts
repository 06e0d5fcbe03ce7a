/**
 * A Node process that is measured: started with flags of its own, an environment that nothing of the measuring machine
 * leaks into, and a channel over which it answers.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MeasuredProcessOptions {
  readonly program: URL;
  readonly programArguments?: readonly string[];
  /** Flags of Node itself, such as `--require`. */
  readonly nodeFlags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
}

export function startMeasuredProcess(options: MeasuredProcessOptions): ChildProcess {
  return fork(options.program, options.programArguments ?? [], {
    cwd: options.workingDirectory,
    execArgv: [...(options.nodeFlags ?? [])],
    env: { ...measuredEnvironment(options.environment), NODE_COMPILE_CACHE: compiled() },
    // What a contestant prints must not get between a page and its reader.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

let compiledDirectory: string | undefined;

/** Where the programs find themselves compiled, but for the first run: the memory that compiling takes is none of a contestant's. */
function compiled(): string {
  if (compiledDirectory === undefined) {
    const directory = mkdtempSync(join(tmpdir(), 'sentrikat-bench-compiled-'));
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    compiledDirectory = directory;
  }
  return compiledDirectory;
}

/** A clean environment: a NODE_OPTIONS or OTEL_… of the caller's would be measured along. */
export function measuredEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', TMPDIR, TZ } = process.env;
  return { PATH, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...(TZ === undefined ? {} : { TZ }), ...extra };
}

/** The next message of the process. Rejects if it ends before it has answered. */
export async function nextAnswer<Answer>(child: ChildProcess): Promise<Answer> {
  const stop = new AbortController();
  const answer = once(child, 'message', stop).then(([message]) => message as Answer);
  const end = once(child, 'exit', stop).then(([code, signal]) => {
    throw new Error(
      `CONTESTANT_ENDED: "${child.spawnargs.join(' ')}" ended (${String(signal ?? code)}) without an answer\n  why   its figures would be missing from the page\n  do    run the command by itself, with an IPC channel, and read its error`,
    );
  });
  try {
    return await Promise.race([answer, end]);
  } finally {
    stop.abort();
    await Promise.allSettled([answer, end]);
  }
}

/** Waits for the end, which must be a success: what ends in a crash has not done its job. */
export async function successfulEnd(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode === 0) return;
  throw new Error(
    `CONTESTANT_FAILED: "${child.spawnargs.join(' ')}" ended with ${String(child.signalCode ?? child.exitCode)}\n  why   a contestant that crashes cannot be compared\n  do    run the command by itself and read its error`,
  );
}
