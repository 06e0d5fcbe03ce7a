/** Who is at the other end of a connection. */
import type { Server, Socket } from 'node:net';

/** Over a unix socket everybody comes without an address. A symbol, so that nobody takes it for one. */
export const unixSocket: unique symbol = Symbol('a unix socket');

/** Undefined where it is not known, as of a connection that the client has broken. */
export type Peer = string | typeof unixSocket | undefined;

/** Of a connection that has been accepted, at once: of one that the client has broken since, the kernel no longer knows the peer. */
export function peerOf(socket: Socket): Peer {
  const address = peerAddress(socket.remoteAddress);
  if (address !== undefined) return address;
  // No address is no proof, as a broken connection has none either. What its server listens on is.
  return listensOnUnixSocket((socket as { readonly server?: unknown }).server) ? unixSocket : undefined;
}

/**
 * TCP is an object. A unix socket is its path, or null where the server was handed it open, as systemd does. When it listens no more, either
 * may be left of what it did before.
 */
function listensOnUnixSocket(server: unknown): boolean {
  const { listening, address } = Object(server) as Partial<Server>;
  if (listening !== true || typeof address !== 'function') return false;
  const listensOn = address.call(server);
  return typeof listensOn === 'string' || listensOn === null;
}

export function addressOfPeer(peer: Peer): string | undefined {
  return peer === unixSocket ? undefined : peer;
}

export function peerAddress(remoteAddress: string | undefined): string | undefined {
  return remoteAddress?.startsWith('::ffff:') === true && remoteAddress.includes('.')
    ? remoteAddress.slice('::ffff:'.length)
    : remoteAddress;
}
