/**
 * The main thread's end: takes what other threads have recorded, and emits it as its own. It alone has the pipeline and the files.
 *
 * Takes it whenever its event loop turns, and, for the end of the process, all that is there at once.
 */
import { randomUUID } from 'node:crypto';
import { BroadcastChannel, receiveMessageOnPort } from 'node:worker_threads';

import { diag, ROOT_CONTEXT, SeverityNumber, trace, type LoggerProvider, type TimeInput } from '@opentelemetry/api';

import type { WriteDurably } from '../durable-writes.ts';
import { errorMessage } from '../process/error-chain.ts';
import { composed } from '../redaction/composed-body.ts';
import type { SecretKeyOptions } from '../redaction/secret-keys.ts';
import { scopeName } from '../scope.ts';
import {
  dropped,
  maxWaiting,
  offerThreadChannel,
  waiting,
  type ThreadAnswer,
  type ThreadChannel,
  type ThreadMessage,
  type ThreadRecord,
} from './thread-channel.ts';

/** Threads that look at the same moment whether there is room may exceed it together, by one message each. */
const mostThere = 2 * maxWaiting;
/** A flood that drops between any two messages is told once in this time, with all that is missing. */
const reportMillis = 1_000;

export interface ThreadRecordsOptions {
  /** Does not throw. */
  readonly provider: LoggerProvider;
  readonly writeDurably: WriteDurably;
  readonly secretKeys: SecretKeyOptions;
}

export class ThreadRecords {
  readonly #options: ThreadRecordsOptions;
  readonly #counts: ThreadChannel['counts'];
  readonly #channel: BroadcastChannel;
  #reportedAt = -reportMillis;

  /** Threads that start from now on find it. It does not keep the process alive. */
  constructor(options: ThreadRecordsOptions) {
    this.#options = options;
    const { name, counts } = offerThreadChannel(`${scopeName} ${randomUUID()}`, options.secretKeys);
    this.#counts = counts;
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', (event) => this.#take((event as MessageEvent).data as ThreadMessage));
    this.#channel.unref();
  }

  /**
   * Emits what is there before it returns. What a thread records after that comes with the next turn, if there is one: a thread that never
   * stops to record must not keep the process from its end.
   */
  takeAll(): void {
    for (let taken = 0; taken < mostThere; taken++) {
      const received = receiveMessageOnPort(this.#channel as never) as { readonly message: ThreadMessage } | undefined;
      if (received === undefined) break;
      this.#take(received.message);
    }
    this.#reportDropped();
  }

  #take({ records, answerTo }: ThreadMessage): void {
    try {
      Atomics.sub(this.#counts, waiting, 1);
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
    const records = Atomics.exchange(this.#counts, dropped, 0);
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
