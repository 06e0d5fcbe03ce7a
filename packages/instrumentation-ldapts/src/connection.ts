/**
 * Whom a client talks to. Its fields are private to TypeScript alone, and have been these since ldapts 7: what is missing or
 * of another kind is left out.
 */
import {
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_NETWORK_PEER_PORT,
  ATTR_NETWORK_PROTOCOL_NAME,
  ATTR_NETWORK_TRANSPORT,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';

import type { SpanAttributes } from './attributes.ts';

/** An `ldapts.Client`, as far as spans tell of it. */
export interface LdapClient {
  readonly host?: string;
  readonly port?: number;
  /** False before the first operation, and after the last. */
  readonly isConnected?: boolean;
  /** Missing while it is not connected. */
  readonly socket?: {
    readonly remoteAddress?: string;
    readonly remotePort?: number;
    /** True of a TLSSocket. */
    readonly encrypted?: boolean;
  };
}

export function serverOf({ host, port }: LdapClient): SpanAttributes {
  return { [ATTR_SERVER_ADDRESS]: host, [ATTR_SERVER_PORT]: port, [ATTR_NETWORK_PROTOCOL_NAME]: 'ldap' };
}

/** The connection of this moment, if there is one over TCP: an application may bring sockets of another kind. */
export function peerOf({ socket }: LdapClient): SpanAttributes {
  if (socket?.remoteAddress === undefined) return {};
  return {
    [ATTR_NETWORK_TRANSPORT]: 'tcp',
    [ATTR_NETWORK_PEER_ADDRESS]: socket.remoteAddress,
    [ATTR_NETWORK_PEER_PORT]: socket.remotePort,
    'tls.established': socket.encrypted === true,
  };
}
