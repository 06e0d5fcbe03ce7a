/**
 * Tells an application's call from one that the client makes to itself while it carries one out: `bind('PLAIN')` calls
 * `bindSASL`, `startTLS` calls `exop`, a reconnecting `search` calls `bind` again. Those belong to the operation that has a span already.
 *
 * In an asynchronous context of its own, and not on the client, on which other operations run at the same time; and not in
 * OpenTelemetry's context, which is missing where no context manager was registered. That context outlives the operation
 * (a socket made in it keeps it, and whoever listens to the socket gets it), so what counts is that the operation still runs.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface RunningCall {
  readonly client: object;
  isRunning: boolean;
}

const calls = new AsyncLocalStorage<RunningCall>();

export function isNested(client: object): boolean {
  const outer = calls.getStore();
  return outer?.client === client && outer.isRunning;
}

export function runCall<T>(call: RunningCall, callback: () => T): T {
  return calls.run(call, callback);
}
