/** `npm run demo`: reads the command line, watches the signals, and says with its exit code how it went. */
import { constants } from 'node:os';
import { argv, env, stderr, stdin, stdout } from 'node:process';

import { help, parseCommandLine } from './command-line.ts';
import { Complaint } from './complaint.ts';
import { demonstrate } from './demonstrate.ts';
import { prepareLogDirectory } from './log-directory.ts';
import { Screen } from './screen.ts';

const stopping = new AbortController();
const { signal } = stopping;
// Further signals change nothing: npm sends one more for each that the terminal has sent.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort(name));
// Nobody reads on: `npm run demo | head`, or a terminal that was closed.
for (const output of [stdout, stderr]) output.on('error', () => stopping.abort('SIGPIPE'));

try {
  const command = parseCommandLine(argv.slice(2));
  const screen = new Screen(stdout, env);
  if (command.type === 'help') screen.line(help.trimEnd());
  else
    await demonstrate({
      directory: await prepareLogDirectory(command.directory),
      screen,
      isWatched: stdin.isTTY && stdout.isTTY && !command.once,
      signal,
    });
} catch (error) {
  // When it is told to stop, whatever was under way fails; that is no failure of the demo.
  if (signal.aborted) process.exitCode = 128 + constants.signals[signal.reason as NodeJS.Signals];
  else {
    const complaint = error instanceof Complaint ? error : unexpected(error);
    process.exitCode = complaint.exitCode;
    stderr.write(`${complaint.message}\n`);
  }
}

function unexpected(error: unknown): Complaint {
  return new Complaint({
    code: 'DEMO_FAILED',
    what: error instanceof Error ? error.message : String(error),
    why: 'the demo shows nothing that it has not seen',
    remedy: 'run it again; if it stays, error.log and application.log say more',
    exitCode: 1,
    cause: error,
  });
}
