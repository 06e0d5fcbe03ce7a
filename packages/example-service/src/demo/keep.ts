/**
 * A program that runs another for as long as someone holds its standard input open: `node keep.ts COMMAND [ARGUMENT…]`.
 * Whoever started it may therefore die of anything, and nothing is left behind.
 *
 * When its input ends, the command is asked to end (SIGTERM), and is killed if it does not. Ends as the command has ended.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/** Longer than the orderly end of the service takes. */
const killAfterMillis = 12_000;

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
process.stdin.resume().on('end', stop).on('error', stop);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);

const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);

function stop(): void {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), killAfterMillis);
}
