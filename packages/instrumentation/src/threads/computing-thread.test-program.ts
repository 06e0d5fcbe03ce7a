/**
 * Two threads record in turns while a third has recorded and computes, its loop standing still: `node computing-thread.test-program.ts
 * HOW_OFTEN_THE_THIRD_RECORDS`. Prints what the main thread has taken, and how much of it the third was sent as well.
 */
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import threads, { BroadcastChannel, isMainThread, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';

import { maxWaiting, threadChannel, waiting } from './thread-channel.ts';
import { ThreadLoggerProvider } from './thread-logger-provider.ts';
import { ThreadRecords } from './thread-records.ts';

interface Task {
  /** The two record the numbers of which this is the remainder. */
  readonly thread: 0 | 1 | 'third';
  /** The number whose turn it is; below 0, the third has not recorded yet. */
  readonly turn: Int32Array;
  readonly sentToThird: Int32Array;
  readonly recordsOfThird: number;
}

const count = 20_000;

if (isMainThread) await main(Number(process.argv[2]));
else if ((workerData as Task).thread === 'third') compute(workerData as Task);
else recordInTurns(workerData as Task);

async function main(recordsOfThird: number): Promise<void> {
  const [turn, sentToThird] = [new Int32Array(new SharedArrayBuffer(4)), new Int32Array(new SharedArrayBuffer(4))];
  turn[0] = -1;
  const bodies: unknown[] = [];
  const records = new ThreadRecords({
    provider: { getLogger: () => ({ enabled: () => true, emit: ({ body }) => void bodies.push(body) }) },
    writeDurably: () => Promise.resolve(),
    secretKeys: {},
    failClosed: false,
  });
  const run = async (thread: Task['thread']): Promise<unknown> =>
    once(
      new Worker(new URL(import.meta.url), {
        workerData: { thread, turn, sentToThird, recordsOfThird } satisfies Task,
      }),
      'exit',
    );
  await Promise.all([run('third'), run(0), run(1)]);
  records.takeAll();
  const numbers = bodies.filter((body) => typeof body === 'number');
  process.stdout.write(
    JSON.stringify({
      taken: bodies.length,
      isInOrder: numbers.every((number, index) => number === index),
      sentToThird: sentToThird[0],
    }),
  );
}

function recordInTurns({ thread, turn }: Task): void {
  const channel = threadChannel()!;
  const logger = new ThreadLoggerProvider(channel).getLogger('shop');
  for (let number = Number(thread); number < count; number += 2) {
    waitFor(turn, (now) => now === number && channel.counts[waiting]! < maxWaiting / 10);
    logger.emit({ body: number });
    Atomics.add(turn, 0, 1);
    Atomics.notify(turn, 0);
  }
}

function compute({ turn, sentToThird, recordsOfThird }: Task): void {
  const opened = new Set<BroadcastChannel>();
  threads.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(name);
      opened.add(this);
    }
    // What is left in there then stays until the loop turns.
    override close(): void {
      countSent(this);
      opened.delete(this);
      super.close();
    }
  };
  syncBuiltinESMExports();
  const logger = new ThreadLoggerProvider(threadChannel()!).getLogger('shop');
  for (let record = 0; record < recordsOfThird; record += 1) {
    logger.emit({ body: 'third' });
    Atomics.compareExchange(turn, 0, -1, 0);
    waitFor(turn, (now) => now >= ((record + 1) / recordsOfThird) * count);
  }
  opened.forEach(countSent);

  function countSent(channel: BroadcastChannel): void {
    while (receiveMessageOnPort(channel as never) !== undefined) sentToThird[0]! += 1;
  }
}

function waitFor(turn: Int32Array, isTime: (now: number) => boolean): void {
  for (let now = Atomics.load(turn, 0); !isTime(now); now = Atomics.load(turn, 0)) Atomics.wait(turn, 0, now, 1);
}
