/**
 * Which requests are open on which connection. A response that is never finished says nothing; its connection's end
 * does. One listener per connection, none per request.
 */
import type { Socket } from 'node:net';

import type { OpenRequest } from './open-requests.ts';
import { peerAddress } from './peer-address.ts';

export interface Connection {
  readonly clientAddress: string | undefined;
  readonly openRequests: Set<OpenRequest>;
}

export class Connections {
  readonly #connections = new WeakMap<Socket, Connection>();
  readonly #onAbandoned: (request: OpenRequest, socket: Socket) => void;

  /** `onAbandoned` is told of each request that is open on a connection when it closes. */
  constructor(onAbandoned: (request: OpenRequest, socket: Socket) => void) {
    this.#onAbandoned = onAbandoned;
  }

  /** The connection if it has carried a request. */
  find(socket: Socket): Connection | undefined {
    return this.#connections.get(socket);
  }

  of(socket: Socket): Connection {
    const known = this.#connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = { clientAddress: peerAddress(socket.remoteAddress), openRequests: new Set() };
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      for (const request of connection.openRequests) this.#onAbandoned(request, socket);
      connection.openRequests.clear();
    });
    return connection;
  }
}
