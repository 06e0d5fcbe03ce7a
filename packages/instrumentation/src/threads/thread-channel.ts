/**
 * What the main thread and the others of a process agree on: where records are handed over, and what is handed over.
 *
 * A broadcast channel, as it is the one thing that a thread finds by a name: nothing of the application's is touched, and threads of threads
 * find it as well. What was posted to it is at its receiver, even if the thread that has posted it is gone a moment later.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

import type { SpanContext } from '@opentelemetry/api';

import type { Json, JsonObject } from '../redaction/json.ts';
import type { SecretKeyOptions } from '../redaction/secret-keys.ts';

/** Plain data, which can be copied from thread to thread. */
export interface ThreadRecord {
  readonly scope: { readonly name: string; readonly version: string | undefined; readonly attributes: JsonObject };
  /** Milliseconds of the epoch, or what the application has given. */
  readonly timestamp: Json | Date;
  readonly eventName: string | undefined;
  readonly severityNumber: number | undefined;
  readonly severityText: string | undefined;
  readonly body: Json | undefined;
  /** Whether the body is a text that was put together of fields without their secrets: it must not be searched once more. */
  readonly isComposed: boolean;
  readonly attributes: JsonObject;
  readonly exception: JsonObject | undefined;
  readonly spanContext: SpanContext | undefined;
}

export interface ThreadMessage {
  readonly records: readonly ThreadRecord[];
  /** The channel on which somebody waits to hear that the lines are on the platter. */
  readonly answerTo: string | undefined;
}

export interface ThreadAnswer {
  /** Why they are not. */
  readonly failure: string | undefined;
}

export interface ThreadChannel {
  readonly name: string;
  /** What all threads count together; see `waiting` and `dropped`. */
  readonly counts: Int32Array;
  /** What the application calls its secrets. */
  readonly secretKeys: SecretKeyOptions;
}

/** Places in `counts`: messages that the main thread has not taken yet, and records that there was no room for. */
export const waiting = 0;
export const dropped = 1;

/** Messages that may wait while the main thread is busy: some megabytes. */
export const maxWaiting = 10_000;

/** Every thread gets a copy of what is set under it when it starts; that of the preload's. */
const key = '@sentrikat/instrumentation.threads';

export function offerThreadChannel(name: string, secretKeys: SecretKeyOptions): ThreadChannel {
  const counts = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const channel = { name, counts, secretKeys };
  setEnvironmentData(key, channel);
  return channel;
}

/** Undefined where the main thread has no preload, and in threads of Node's own. */
export function threadChannel(): ThreadChannel | undefined {
  return getEnvironmentData(key) as unknown as ThreadChannel | undefined;
}
