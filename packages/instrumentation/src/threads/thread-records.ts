/**
 * The main thread's end: takes what other threads have recorded, and emits it as its own. It alone has the pipeline and the files.
 *
 * Takes it whenever its event loop turns, and, for the end of the process, all that is there at once.
 */
import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';

import { diag, ROOT_CONTEXT, SeverityNumber, trace, type LoggerProvider, type TimeInput } from '@opentelemetry/api';

import type { WriteDurably } from '../durable-writes.ts';
import { errorMessage } from '../process/error-chain.ts';
import { composed } from '../redaction/composed-body.ts';
import { scopeName } from '../scope.ts';
import {
  broadcastChannel,
  current,
  dropped,
  maxWaiting,
  offerThreadChannel,
  receive,
  waiting,
  type ThreadAnswer,
  type ThreadChannel,
  type ThreadMessage,
  type ThreadRecord,
} from './thread-channel.ts';

/** Threads that look at the same moment whether there is room may exceed it together, by one message each. */
const mostThere = 2 * maxWaiting;
/** After so many messages there is another channel: some megabytes at most for a thread that is left behind. */
const messagesPerChannel = 1_000;
/** A message comes twice at once or never: that many others do not record in between. */
const maxSenders = 1_000;
/** A flood that drops between any two messages is told once in this time, with all that is missing. */
const reportMillis = 1_000;

export interface ThreadRecordsOptions extends Pick<ThreadChannel, 'secretKeys' | 'failClosed'> {
  /** Does not throw. */
  readonly provider: LoggerProvider;
  readonly writeDurably: WriteDurably;
}

export class ThreadRecords {
  readonly #options: ThreadRecordsOptions;
  readonly #channel: ThreadChannel;
  /** What is listened to, and how much was heard there. */
  #port: BroadcastChannel;
  #heard = 0;
  /** The last message of each sender, the most silent first. */
  readonly #last = new Map<number, number>();
  #reportedAt = -reportMillis;

  /** Threads that start from now on find it. It does not keep the process alive. */
  constructor(options: ThreadRecordsOptions) {
    this.#options = options;
    const { secretKeys, failClosed } = options;
    this.#channel = offerThreadChannel(`${scopeName} ${randomUUID()}`, { secretKeys, failClosed });
    this.#port = this.#listen(0);
  }

  /**
   * Emits what is there before it returns. What a thread records after that comes with the next turn, if there is one: a thread that never
   * stops to record must not keep the process from its end.
   */
  takeAll(): void {
    this.#takeFrom(this.#port, mostThere);
    this.#reportDropped();
  }

  #listen(channel: number): BroadcastChannel {
    const port = broadcastChannel(this.#channel.name, channel);
    port.addEventListener('message', (event) => {
      this.#take((event as MessageEvent).data as ThreadMessage);
      this.#heard += 1;
      if (this.#heard >= messagesPerChannel) this.#listenToNext();
    });
    return port;
  }

  /** What comes to the old one after its last was taken is sent to the next as well: its sender sees that there is one. */
  #listenToNext(): void {
    const old = this.#port;
    const next = Atomics.load(this.#channel.counts, current) + 1;
    this.#heard = 0;
    this.#port = this.#listen(next);
    Atomics.store(this.#channel.counts, current, next);
    this.#takeFrom(old, Infinity);
    old.close();
  }

  #takeFrom(port: BroadcastChannel, most: number): void {
    for (let taken = 0; taken < most; taken++) {
      const message = receive(port);
      if (message === undefined) break;
      this.#take(message);
    }
  }

  /** Whether it is here for the first time. */
  #isNew({ sender, number }: ThreadMessage): boolean {
    const last = this.#last.get(sender) ?? 0;
    if (number <= last) return false;
    this.#last.delete(sender);
    this.#last.set(sender, number);
    if (this.#last.size > maxSenders) this.#last.delete(this.#last.keys().next().value!);
    return true;
  }

  #take(message: ThreadMessage): void {
    try {
      if (!this.#isNew(message)) return;
      const { records, answerTo } = message;
      Atomics.sub(this.#channel.counts, waiting, 1);
      if (performance.now() - this.#reportedAt >= reportMillis) this.#reportDropped();
      const emitAll = (): void => records.forEach((record) => this.#emit(record));
      if (answerTo === undefined) emitAll();
      else void answer(answerTo, this.#options.writeDurably(emitAll));
    } catch (error) {
      diag.error('a record of another thread could not be taken', error);
    }
  }

  #emit({ scope, exception, spanContext, timestamp, severityNumber, isComposed, ...record }: ThreadRecord): void {
    const { name, version, attributes } = scope;
    const emitted = {
      ...(record as object),
      timestamp: timestamp as TimeInput,
      ...(severityNumber !== undefined && { severityNumber: severityNumber as SeverityNumber }),
      ...(exception !== undefined && { exception }),
      context: spanContext === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContext),
    };
    const logger = this.#options.provider.getLogger(name, version, { attributes });
    logger.emit(isComposed ? composed(emitted, () => String(record.body)) : emitted);
  }

  #reportDropped(): void {
    const records = Atomics.exchange(this.#channel.counts, dropped, 0);
    if (records === 0) return;
    this.#reportedAt = performance.now();
    this.#options.provider.getLogger(scopeName).emit({
      eventName: 'logging.dropped',
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      body: `${records} records of other threads are missing here: the main thread was busy for too long`,
      attributes: { 'sentrikat.dropped_records': records },
    });
  }
}

async function answer(channelName: string, outcome: Promise<void>): Promise<void> {
  const failure = await outcome.then(
    () => undefined,
    (error: unknown) => errorMessage(error),
  );
  const channel = new BroadcastChannel(channelName);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is no window
  channel.postMessage({ failure } satisfies ThreadAnswer);
  channel.close();
}
