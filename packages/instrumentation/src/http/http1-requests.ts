/**
 * Requests to http and https servers, and HTTP/1 requests to HTTP/2 servers.
 *
 * They are seen where Node's parser hands them over (diagnostics channel `http.server.request.start`), which is before
 * Node itself refuses some of them: no Host (400), an unknown expectation (417), one too many on a connection (503).
 * Upgrades, CONNECT and malformed requests have no channel; the server's own events show them.
 *
 * Limit: CONNECT to a server without a `connect` listener, for which Node closes the connection and tells nobody.
 */
import diagnosticsChannel from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';

import { diag } from '@opentelemetry/api';

import { Connections } from './connections.ts';
import { onFirstStatus } from './first-status.ts';
import { isMalformedRequest, requestLineOf, unreadable, type MalformedRequestError } from './malformed-request.ts';
import type { OpenRequest, OpenRequests } from './open-requests.ts';
import { peerAddress } from './peer-address.ts';
import { pathOfTarget } from './request-target.ts';
import { runHandler } from './run-handler.ts';
import type { EmitEvent, EventArguments, ServerEventObserver } from './server-events.ts';
import { runListenersIn } from './server-span.ts';
import { statusOfUnfinished } from './unfinished-status.ts';

/** What both channels publish. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

export function observeHttp1(requests: OpenRequests): {
  readonly observers: Readonly<Record<string, ServerEventObserver>>;
  readonly disable: () => void;
} {
  const connections = new Connections((request, socket) =>
    requests.complete(request, statusOfUnfinished(request, socket)),
  );

  const onStart = quietly(({ request, socket }: Exchange) => void open(request, socket));

  const onFinish = quietly(({ request, response, socket }: Exchange) => {
    // Node says "finish" also of a response whose last bytes met a destroyed socket; its closing tells what happened.
    if (socket.destroyed) return;
    const opened = requests.find(request);
    if (opened !== undefined) finish(opened, socket, response.statusCode);
  });

  diagnosticsChannel.subscribe('http.server.request.start', onStart);
  diagnosticsChannel.subscribe('http.server.response.finish', onFinish);

  return {
    observers: {
      request: onRequest,
      checkContinue: onRequest,
      checkExpectation: onRequest,
      upgrade: onUpgrade,
      connect: onUpgrade,
      clientError: onClientError,
    },
    disable() {
      diagnosticsChannel.unsubscribe('http.server.request.start', onStart);
      diagnosticsChannel.unsubscribe('http.server.response.finish', onFinish);
    },
  };

  function open(message: IncomingMessage, socket: Socket): OpenRequest {
    const connection = connections.of(socket);
    const request = requests.open(message, {
      method: message.method ?? '',
      path: pathOfTarget(message.url ?? ''),
      scheme: 'encrypted' in socket ? 'https' : 'http',
      clientAddress: connection.clientAddress,
      userAgent: message.headers['user-agent'],
      protocolVersion: message.httpVersion,
    });
    connection.openRequests.add(request);
    return request;
  }

  function finish(request: OpenRequest, socket: Socket, status: number): void {
    connections.find(socket)?.openRequests.delete(request);
    requests.complete(request, status);
  }

  /** A listener of `checkContinue` often emits `request` itself: the second time the span is there. */
  function onRequest(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const [, message, response] = args;
    const request = requests.find(message);
    if (request === undefined) return emit.apply(server, args);
    request.message = message as object;
    return runHandler(request, request.serverSpan ? undefined : begin(request, message, response), emit, server, args);
  }

  function onUpgrade(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const [, message, socket] = args as [string, IncomingMessage, Socket];
    const request = openUpgrade(message, socket);
    if (request === undefined) return emit.apply(server, args);
    return runHandler(request, begin(request, message), emit, server, args);
  }

  function openUpgrade(message: IncomingMessage, socket: Socket): OpenRequest | undefined {
    try {
      const request = open(message, socket);
      onFirstStatus(socket, (status) => finish(request, socket, status ?? 500));
      return request;
    } catch (error) {
      diag.error('an upgrade could not be recorded', error);
      return undefined;
    }
  }

  /** Nothing where no span can be made: the handler then runs as it would without us. */
  function begin(request: OpenRequest, message: unknown, response?: unknown) {
    try {
      const { headers } = message as IncomingMessage;
      const { context } = requests.startSpan(request, headers);
      runListenersIn(context, message as IncomingMessage);
      if (response !== undefined) runListenersIn(context, response as ServerResponse);
      return context;
    } catch (error) {
      diag.error('a server span could not be started', error);
      return undefined;
    }
  }

  function onClientError(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const [, error, socket] = args;
    if (isMalformedRequest(error)) noteMalformed(error, socket as Socket);
    return emit.apply(server, args);
  }

  /**
   * Either the rest of a request that is open already, or one that has not come to be. Whoever answers, the application
   * or Node, does so on the socket, after this.
   */
  function noteMalformed(error: MalformedRequestError, socket: Socket): void {
    try {
      const connection = connections.find(socket);
      const [request] = connection?.openRequests ?? [];
      if (request !== undefined) {
        if (error.code !== 'HPE_INVALID_EOF_STATE' && !headersSent(socket))
          onFirstStatus(socket, (status) => (request.errorStatus = status ?? 400));
        return;
      }
      // On a connection that has carried a request before, the packet may begin with that one.
      const line = connection === undefined ? requestLineOf(error) : unreadable;
      const start = {
        ...line,
        scheme: 'encrypted' in socket ? 'https' : 'http',
        clientAddress: connection?.clientAddress ?? peerAddress(socket.remoteAddress),
        userAgent: undefined,
        protocolVersion: undefined,
      };
      const malformed = requests.open(error, start);
      malformed.errorStatus = 400;
      onFirstStatus(socket, (status) => requests.complete(malformed, status ?? 400));
      socket.once('close', () => requests.complete(malformed, malformed.errorStatus ?? 400));
    } catch (failure) {
      diag.error('a malformed request could not be recorded', failure);
    }
  }
}

/** Has Node begun to answer the oldest request of this connection? Then a second answer cannot be written. */
function headersSent(socket: Socket): boolean {
  const { _httpMessage: response } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  return response?.headersSent === true;
}

/** What a channel's subscriber throws ends the process: it must not. */
function quietly(subscriber: (exchange: Exchange) => void): (message: unknown) => void {
  return (message) => {
    try {
      subscriber(message as Exchange);
    } catch (error) {
      diag.error('a request could not be observed', error);
    }
  };
}
