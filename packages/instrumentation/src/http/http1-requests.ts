/**
 * Requests to http and https servers, and HTTP/1 requests to HTTP/2 servers.
 *
 * They are seen where Node's parser hands them over (diagnostics channel `http.server.request.start`), which is before
 * Node itself refuses some of them: no Host (400), an unknown expectation (417), one too many on a connection (503).
 * What never gets a response object has no channel: see `http1-raw-requests.ts`.
 */
import diagnosticsChannel from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';

import { Connections } from './connections.ts';
import { observeRawRequests } from './http1-raw-requests.ts';
import type { OpenRequests } from './open-requests.ts';
import { quietly } from './quietly.ts';
import { runHandler } from './run-handler.ts';
import { sentStatus } from './sent-status.ts';
import type { EmitEvent, EventArguments, ServerEventObserver } from './server-events.ts';

/** What both channels publish. What their subscribers throw ends the process. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

export function observeHttp1(requests: OpenRequests): {
  readonly observers: Readonly<Record<string, ServerEventObserver>>;
  readonly disable: () => void;
} {
  const connections = new Connections(requests);
  diagnosticsChannel.subscribe('http.server.request.start', onStart);
  diagnosticsChannel.subscribe('http.server.response.finish', onFinish);

  return {
    observers: {
      request: onRequest,
      checkContinue: onRequest,
      checkExpectation: onRequest,
      ...observeRawRequests(requests, connections),
    },
    disable() {
      diagnosticsChannel.unsubscribe('http.server.request.start', onStart);
      diagnosticsChannel.unsubscribe('http.server.response.finish', onFinish);
    },
  };

  function onStart(message: unknown): void {
    quietly('a request', () => connections.openParsed((message as Exchange).request));
  }

  function onFinish(message: unknown): void {
    quietly('a response', () => {
      const { request, response, socket } = message as Exchange;
      // Node says "finish" also of a response whose last bytes met a destroyed socket; its closing tells what happened.
      if (socket.destroyed) return;
      const opened = requests.find(request);
      if (opened !== undefined) connections.complete(socket, opened, sentStatus(response));
    });
  }

  /** A listener of `checkContinue` often emits `request` itself: the second time the span is there. */
  function onRequest(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const [, message, response] = args as [string, IncomingMessage, ServerResponse];
    const request = requests.find(message);
    if (request === undefined) return emit.apply(server, args);
    request.message = message;
    request.response = response;
    const context = request.serverSpan ? undefined : requests.startSpan(request, message.headers, [message, response]);
    return runHandler(request, context, emit, server, args);
  }
}
