/**
 * Requests to HTTP/1 servers that never get a response object: upgrades, CONNECT and malformed ones. The server's own
 * events show them, and the socket what they are answered with.
 */
import { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';

import type { Connections } from './connections.ts';
import { onFirstStatus } from './first-status.ts';
import { isMalformedRequest, requestLineOf, unreadable, type MalformedRequestError } from './malformed-request.ts';
import type { OpenRequest, OpenRequests } from './open-requests.ts';
import { quietly } from './quietly.ts';
import { runHandler } from './run-handler.ts';
import type { EmitEvent, EventArguments, ServerEventObserver } from './server-events.ts';
import { hasParser, onUnheardUpgrade } from './unheard-upgrade.ts';

export function observeRawRequests(
  requests: OpenRequests,
  connections: Connections,
): Readonly<Record<string, ServerEventObserver>> {
  return {
    connection: onConnection,
    secureConnection: onConnection,
    upgrade: onUpgrade,
    connect: onUpgrade,
    clientError: onClientError,
  };

  /**
   * It is the server's own listener that gives the socket its parser. A server that hands connections on to another
   * announces them after that one has.
   */
  function onConnection(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const result = emit.apply(server, args);
    const [, socket] = args;
    quietly('a connection', () => {
      if (!hasParser(socket) || connections.knows(socket)) return;
      connections.of(socket);
      onUnheardUpgrade(server, socket.parser, (message) => {
        quietly('an upgrade', () => connections.openParsed(message));
      });
    });
    return result;
  }

  /** Known already is CONNECT over HTTP/2, and what one server hands on to another. */
  function onUpgrade(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const [, message] = args;
    const known = requests.find(message);
    if (known !== undefined) return runHandler(known, undefined, emit, server, args);
    if (!(message instanceof IncomingMessage)) return emit.apply(server, args);
    const opened = quietly('an upgrade', () => openUpgrade(message));
    if (opened === undefined) return emit.apply(server, args);
    return runHandler(opened, requests.startSpan(opened, message.headers, [message]), emit, server, args);
  }

  /** What listeners write to may be a wrapper (in Node 26), which has no address and writes to the message's socket. */
  function openUpgrade(message: IncomingMessage): OpenRequest {
    const { socket } = message;
    const request = connections.openParsed(message);
    onFirstStatus(socket, (status) => connections.complete(socket, request, status ?? 500));
    return request;
  }

  function onClientError(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const [, error, socket] = args;
    if (isMalformedRequest(error)) quietly('a malformed request', () => noteMalformed(error, socket as Socket));
    return emit.apply(server, args);
  }

  /** Whoever answers, the application or Node, does so on the socket, after this. */
  function noteMalformed(error: MalformedRequestError, socket: Socket): void {
    const connection = connections.of(socket);
    const [oldest] = connection.openRequests;
    if (oldest !== undefined) {
      for (const request of connection.openRequests) request.parserErrorCode = error.code;
      // What a client is told that has ended its side, it hardly hears. What is no status goes on with an answer begun.
      if (error.code !== 'HPE_INVALID_EOF_STATE') onFirstStatus(socket, (status) => (oldest.errorStatus = status));
      return;
    }
    // Browsers and load balancers make connections in advance. One that says nothing until it is too late asks nothing.
    if (socket.bytesRead === 0) return;
    const malformed = connections.open(connection, error, {
      // On a connection that has carried a request before, the packet may begin with that one.
      ...(connection.hasCarriedRequest ? unreadable : requestLineOf(error)),
      scheme: connection.scheme,
      peer: connection.peer,
      userAgent: undefined,
      protocolVersion: undefined,
    });
    malformed.parserErrorCode = error.code;
    onFirstStatus(socket, (status) => connections.complete(socket, malformed, status ?? 400));
  }
}
