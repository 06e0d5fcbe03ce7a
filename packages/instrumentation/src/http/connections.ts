/**
 * Which HTTP/1 requests are open on which connection. A response that is never finished says nothing; its connection's
 * end does. One listener per connection, none per request.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import type { ArrivingRequest, OpenRequest, OpenRequests } from './open-requests.ts';
import { peerOf, type Peer } from './peer-address.ts';
import { pathOfTarget } from './request-target.ts';
import { statusOfUnfinished } from './unfinished-status.ts';

export interface Connection {
  readonly scheme: 'http' | 'https';
  readonly peer: Peer;
  /** The oldest first, which is the one that Node answers. */
  readonly openRequests: Set<OpenRequest>;
  hasCarriedRequest: boolean;
}

export class Connections {
  readonly #connections = new WeakMap<Socket, Connection>();
  readonly #requests: OpenRequests;

  constructor(requests: OpenRequests) {
    this.#requests = requests;
  }

  knows(socket: Socket): boolean {
    return this.#connections.has(socket);
  }

  of(socket: Socket): Connection {
    const known = this.#connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = {
      scheme: 'encrypted' in socket ? 'https' : 'http',
      peer: peerOf(socket),
      openRequests: new Set(),
      hasCarriedRequest: false,
    };
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      for (const request of connection.openRequests)
        this.#requests.completeUnfinished(request, statusOfUnfinished(request, socket));
    });
    return connection;
  }

  /** A request whose header the parser has handed over. */
  openParsed(message: IncomingMessage): OpenRequest {
    const connection = this.of(message.socket);
    return this.open(connection, message, {
      method: message.method ?? '',
      path: pathOfTarget(message.url ?? ''),
      scheme: connection.scheme,
      peer: connection.peer,
      userAgent: message.headers['user-agent'],
      protocolVersion: message.httpVersion,
    });
  }

  open(connection: Connection, key: object, start: ArrivingRequest): OpenRequest {
    const request = this.#requests.open(key, start);
    connection.openRequests.add(request);
    connection.hasCarriedRequest = true;
    return request;
  }

  complete(socket: Socket, request: OpenRequest, status: number): void {
    this.of(socket).openRequests.delete(request);
    this.#requests.complete(request, status);
  }
}
