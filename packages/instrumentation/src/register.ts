/**
 * The preload: `node --require @sentrikat/instrumentation/register server.js`, or `--import`, or NODE_OPTIONS. Turns an
 * unchanged service into one that writes the seven log files.
 *
 * Whatever goes wrong, the application runs as if this had not been asked for. So the door is small: what is behind it is
 * loaded only where it is wanted and can run.
 */
import cluster from 'node:cluster';
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';

import { isMarked, mark } from './marks.ts';
import { notices, noticeText } from './notices.ts';
import { adoptPm2Environment } from './process/pm2-environment.ts';
import { isSwitchedOff } from './process/switched-off.ts';
import { threadChannel } from './threads/thread-channel.ts';

const require = createRequire(import.meta.url);
const lowestNode = [22, 15] as const;

if (isMainThread) adoptPm2Environment(process.env);

/** Threads, those of loader hooks among them, inherit the flag: only the process itself may open the files. */
const channel = isMainThread ? undefined : threadChannel();
const isWanted = !isSwitchedOff() && !isMarked('preload');
if (isWanted && (isMainThread || channel !== undefined)) {
  mark('preload');
  if (isTooOld(process.versions.node)) print(noticeText(notices.NODE_TOO_OLD(process.version)));
  else startOrSayWhyNot();
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < lowestNode[0] || (major === lowestNode[0] && minor < lowestNode[1]);
}

function startOrSayWhyNot(): void {
  try {
    if (channel !== undefined) {
      const { startThread } = require('./thread.cjs') as typeof import('./thread.ts');
      return startThread(channel);
    }
    const { start } = require('./start.cjs') as typeof import('./start.ts');
    start({ environment: process.env, workingDirectory: process.cwd(), print: printer(), user: userName() });
  } catch (error) {
    print(noticeText(notices.PRELOAD_FAILED(error)));
  }
}

/** A worker of a cluster starts as its primary did, which has said it already. */
function printer(): (text: string) => void {
  let isQuiet = cluster.isWorker;
  setImmediate(() => (isQuiet = false)).unref();
  return (text) => {
    if (!isQuiet) print(text);
  };
}

/** Past `process.stderr`, which the application may have replaced, and whose errors would be events that nobody handles. */
function print(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody can be told that nobody can be told.
  }
}

function userName(): string {
  return process.geteuid === undefined ? 'this user' : `uid ${process.geteuid()}`;
}
