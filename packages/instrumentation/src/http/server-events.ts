/**
 * Lets observers stand between a server and its listeners.
 *
 * All of Node's servers (http, https, HTTP/2 with and without TLS) inherit from `net.Server`, and announce requests,
 * upgrades, streams and errors through their `emit`. It is given one there; without loading http2, and before another
 * instrumentation wraps what http.Server inherits.
 */
import type { Server } from 'node:net';

/** Makes the event happen by calling `emit` once, with `server` and `args`, and returns what that returned. */
export type ServerEventObserver = (emit: EmitEvent, server: Server, args: EventArguments) => boolean;

export type EventArguments = [event: string | symbol, ...rest: unknown[]];
export type EmitEvent = (this: Server, ...args: EventArguments) => boolean;

/** Returns the way back. A wrapper that others have put on top since stays callable, and passes everything on. */
export function observeServerEvents(
  prototypes: readonly Server[],
  observers: ReadonlyMap<unknown, ServerEventObserver>,
): () => void {
  const undo = prototypes.map((prototype) => wrapEmit(prototype, observers));
  return () => undo.forEach((unwrap) => unwrap());
}

function wrapEmit(prototype: Server, observers: ReadonlyMap<unknown, ServerEventObserver>): () => void {
  const inherited = !Object.hasOwn(prototype, 'emit');
  const original: EmitEvent = prototype.emit;
  let isObserving = true;
  const emit: EmitEvent = function (...args) {
    const observe = isObserving ? observers.get(args[0]) : undefined;
    return observe === undefined ? original.apply(this, args) : observe(original, this, args);
  };
  prototype.emit = emit;
  return () => {
    isObserving = false;
    if (prototype.emit !== emit) return;
    if (inherited) Reflect.deleteProperty(prototype, 'emit');
    else prototype.emit = original;
  };
}
