/**
 * What the main thread and the others of a process agree on: where records are handed over, and what is handed over.
 *
 * A broadcast channel, as it is the one thing that a thread finds by a name: nothing of the application's is touched, and threads of threads
 * find it as well. What was posted to it is at its receiver, even if the thread that has posted it is gone a moment later.
 *
 * But whoever posts to such a channel is also sent what others post, and has left it only when its loop has turned, which a thread that
 * computes does not let it do. So there is one after the other, by number: who is left behind on an old one is sent nothing more. Who has
 * posted to one that was no longer listened to by then, or may have, posts once more; the main thread knows what it has.
 */
import { BroadcastChannel, getEnvironmentData, receiveMessageOnPort, setEnvironmentData } from 'node:worker_threads';

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
  /** Of whoever sends, among the senders; and of the message, among all that it sends. */
  readonly sender: number;
  readonly number: number;
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
  /** What all threads count together; see the places below. */
  readonly counts: Int32Array;
  /** What the process is configured to, whatever environment a thread has. */
  readonly secretKeys: SecretKeyOptions;
  readonly failClosed: boolean;
}

/**
 * Places in `counts`: messages that the main thread has not taken yet, records that there was no room for, the number of the channel that
 * is listened to, and senders.
 */
export const waiting = 0;
export const dropped = 1;
export const current = 2;
export const senders = 3;

/** Messages that may wait while the main thread is busy: some megabytes. */
export const maxWaiting = 10_000;

/** Every thread gets a copy of what is set under it when it starts; that of the preload's. */
const key = '@sentrikat/instrumentation.threads';

export function offerThreadChannel(
  name: string,
  configuration: Pick<ThreadChannel, 'secretKeys' | 'failClosed'>,
): ThreadChannel {
  const counts = new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));
  const channel = { name, counts, ...configuration };
  setEnvironmentData(key, channel);
  return channel;
}

export function broadcastChannel(name: string, number: number): BroadcastChannel {
  const channel = new BroadcastChannel(`${name} ${number}`);
  channel.unref();
  return channel;
}

/** The oldest that is in the channel and was not heard yet, taken out of it. */
export function receive(channel: BroadcastChannel): ThreadMessage | undefined {
  return (receiveMessageOnPort(channel as never) as { readonly message: ThreadMessage } | undefined)?.message;
}

/** Undefined where the main thread has no preload, and in threads of Node's own. */
export function threadChannel(): ThreadChannel | undefined {
  return getEnvironmentData(key) as unknown as ThreadChannel | undefined;
}
