/** A writing process of Node's: `program.ts <WritingTask as JSON>`. See `writing-process.ts` for what it says and hears. */
import { once } from 'node:events';
import { mkdirSync, writeSync } from 'node:fs';

import { cpuMicros } from '../cpu-micros.ts';
import type { Destination } from '../emit/destination.ts';
import { emitLines } from '../emit/emit-lines.ts';
import { peakRssKiB } from '../peak-rss.cjs';
import { rivals } from './rivals.ts';
import type { WritingMessage, WritingTask } from './writing-process.ts';

const task = JSON.parse(process.argv[2] ?? '') as WritingTask;
const rival = rivals.find(({ name }) => name === task.rival);
if (rival === undefined || !('load' in rival)) throw new Error(`UNKNOWN_RIVAL: there is no rival "${task.rival}"`);
const open = await rival.load();
// Reading it also keeps alive a process whose logger writes on a thread that does not.
const start = once(process.stdin, 'data');

/** In two goes: V8 compiles for the one logger that it has seen opened, and all of it again when there is a second. */
const warmUpLines = task.warmUpLines / 2;
mkdirSync(task.warmUpDirectory, { recursive: true });
for (let half = 0; half < 2; half++) await warmUp(half * warmUpLines, warmUpLines);
const destination = await openIn(task.directory);
say({ say: 'ready' });
await start;
const cpuBefore = cpuMicros();
await emitLines(destination, task.firstLine, task.lines);
await destination.close();
// Some loggers say that they have closed before they have: what they still do keeps the process alive.
process.once('beforeExit', () => {
  say({ say: 'done', cpuMicros: cpuMicros() - cpuBefore, peakRssKiB: peakRssKiB() });
});
process.stdin.destroy();

async function warmUp(first: number, count: number): Promise<void> {
  const own = await openIn(task.warmUpDirectory);
  await emitLines(own, first, count);
  await own.close();
}

function openIn(directory: string): Destination | Promise<Destination> {
  return open({ ...task, directory });
}

function say(message: WritingMessage): void {
  writeSync(3, `${JSON.stringify(message)}\n`);
}
