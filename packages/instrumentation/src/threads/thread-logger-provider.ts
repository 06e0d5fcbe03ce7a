/**
 * Every other thread's end: loggers whose records are handed to the main thread before `emit` returns, so that no end of the thread loses
 * one.
 */
import { randomUUID } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';

import { context, trace, type Logger, type LoggerProvider, type LogRecord } from '@opentelemetry/api';

import { errorChain, errorMessage, errorType } from '../process/error-chain.ts';
import { ComposedBody } from '../redaction/composed-body.ts';
import { asJson, type JsonObject } from '../redaction/json.ts';
import { createValueRedaction } from '../redaction/redact.ts';
import { redactedValuesAttribute } from '../redaction/redaction-processor.ts';
import type { ValueRedaction } from '../redaction/value-redaction.ts';
import {
  broadcastChannel,
  current,
  dropped,
  maxWaiting,
  receive,
  senders,
  waiting,
  type ThreadAnswer,
  type ThreadChannel,
  type ThreadMessage,
  type ThreadRecord,
} from './thread-channel.ts';

export class ThreadLoggerProvider implements LoggerProvider {
  readonly #channel: ThreadChannel;
  readonly #sender: number;
  #sent = 0;
  #redaction: ValueRedaction | undefined;
  /** What is open for the rest of this turn: to be on it for longer is to be sent what the other threads post. */
  #open: { readonly number: number; readonly port: BroadcastChannel } | undefined;
  /** What is emitted now is waited for, and handed over together. */
  #awaited: ThreadRecord[] | undefined;

  constructor(channel: ThreadChannel) {
    this.#channel = channel;
    this.#sender = Atomics.add(channel.counts, senders, 1);
  }

  getLogger(name: string, version?: string, options?: { readonly attributes?: unknown }): Logger {
    const scope = { name: textOf(name) ?? '', version: textOf(version), attributes: membersOf(options?.attributes) };
    return {
      enabled: () => true,
      emit: (record) => {
        const { body } = record;
        const plain = ComposedBody.is(body) ? this.#composedRecord(scope, record, body) : threadRecord(scope, record);
        if (this.#awaited !== undefined) this.#awaited.push(plain);
        else if (!this.#post({ records: [plain], answerTo: undefined })) Atomics.add(this.#channel.counts, dropped, 1);
      },
    };
  }

  /**
   * Records are redacted where they are written, but a body that is put together of fields has to be searched before it is, which is here.
   */
  #composedRecord(scope: ThreadRecord['scope'], record: LogRecord, body: ComposedBody): ThreadRecord {
    const redaction = (this.#redaction ??= createValueRedaction(this.#channel.secretKeys));
    redaction.begin();
    const text = body.compose((value) => redaction.text(value));
    const counted = redaction.count > 0 && { [redactedValuesAttribute]: redaction.count };
    const attributes = { ...record.attributes, ...counted };
    return { ...threadRecord(scope, { ...record, body: text, attributes }), isComposed: true };
  }

  /** As the files' own; resolves when the main thread says so. */
  async writeDurably(emit: () => void): Promise<void> {
    const records = this.#recordsOf(emit);
    const answerTo = `${this.#channel.name} ${randomUUID()}`;
    const answers = new BroadcastChannel(answerTo);
    try {
      const { promise, resolve } = Promise.withResolvers<ThreadAnswer>();
      answers.addEventListener('message', (event) => resolve((event as MessageEvent).data as ThreadAnswer));
      if (!this.#post({ records, answerTo })) throw new Error('TOO_MANY_WAIT: the main thread is busy');
      const { failure } = await promise;
      if (failure !== undefined) throw new Error(failure);
    } finally {
      answers.close();
    }
  }

  #recordsOf(emit: () => void): ThreadRecord[] {
    const outer = this.#awaited;
    const records: ThreadRecord[] = [];
    this.#awaited = records;
    try {
      emit();
    } finally {
      this.#awaited = outer;
    }
    return records;
  }

  /** False where too many wait already. */
  #post(content: Pick<ThreadMessage, 'records' | 'answerTo'>): boolean {
    const { counts } = this.#channel;
    if (Atomics.load(counts, waiting) >= maxWaiting) return false;
    this.#sent += 1;
    const message: ThreadMessage = { sender: this.#sender, number: this.#sent, ...content };
    let channel: number;
    do {
      channel = Atomics.load(counts, current);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is no window
      this.#port(channel).postMessage(message);
    } while (Atomics.load(counts, current) !== channel);
    Atomics.add(counts, waiting, 1);
    return true;
  }

  #port(number: number): BroadcastChannel {
    if (this.#open?.number === number) return this.#open.port;
    if (this.#open !== undefined) this.#close(this.#open.port);
    const port = broadcastChannel(this.#channel.name, number);
    setImmediate(() => this.#close(port)).unref();
    this.#open = { number, port };
    return port;
  }

  /** Which takes effect when this turn ends, and so long keeps what is in there. */
  #close(port: BroadcastChannel): void {
    if (this.#open?.port !== port) return;
    this.#open = undefined;
    while (receive(port) !== undefined);
    port.close();
  }
}

function threadRecord(scope: ThreadRecord['scope'], record: LogRecord): ThreadRecord {
  const { exception } = record;
  return {
    scope,
    timestamp: timeOf(record.timestamp),
    eventName: record.eventName,
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: asJson(record.body),
    isComposed: false,
    attributes: membersOf(record.attributes),
    exception: exception == null ? undefined : exceptionOf(exception),
    spanContext: trace.getSpanContext(record.context ?? context.active()),
  };
}

/** JavaScript may give anything. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A date stays one: a small number would be one of `performance.now()`. */
function timeOf(timestamp: LogRecord['timestamp']): ThreadRecord['timestamp'] {
  return timestamp instanceof Date ? new Date(timestamp.getTime()) : (asJson(timestamp) ?? Date.now());
}

function exceptionOf(exception: unknown): JsonObject {
  return { name: errorType(exception), message: errorMessage(exception), stack: errorChain(exception) };
}

function membersOf(attributes: unknown): JsonObject {
  const members = asJson(attributes);
  return typeof members === 'object' && members !== null && !Array.isArray(members) ? (members as JsonObject) : {};
}
