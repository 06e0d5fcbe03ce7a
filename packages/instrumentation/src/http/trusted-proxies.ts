/**
 * Who a client is that comes through proxies. Each proxy adds, on the right of `X-Forwarded-For`, whom it got the request from; what is
 * farther to the left anybody may have written. So the list is read from the right, for as long as whoever has written it is a proxy
 * that the operator trusts. Without trusted proxies the header is not looked at.
 */
import { BlockList, isIP } from 'node:net';

import { addressOfPeer, peerAddress, unixSocket, type Peer } from './peer-address.ts';

/** Whom the operator trusts to say who is behind them. */
export interface TrustedProxies {
  readonly networks: BlockList;
  /** Whether whoever comes over a unix socket is one: file permissions say who that can be. */
  readonly includesUnixSockets: boolean;
}

/** The client of a request from `peer` whose headers these are. */
export type FindClient = (peer: Peer, headers: unknown) => string | undefined;

/** Without proxies the client is the peer. */
export const clientIsPeer: FindClient = addressOfPeer;

/** More proxies than any request comes through, and so a bound for what a client can make us do. */
const maxHops = 16;
const maxHeaderCharacters = 4096;

export function clientBehind({ networks, includesUnixSockets }: TrustedProxies): FindClient {
  return (peer, headers) => {
    const header = (headers as { readonly 'x-forwarded-for'?: unknown } | undefined)?.['x-forwarded-for'];
    if (typeof header !== 'string') return addressOfPeer(peer);
    let client = peer;
    const hops = header.slice(-maxHeaderCharacters).split(',').slice(-maxHops);
    while (isTrusted(client)) {
      const next = addressOf(hops.pop());
      if (next === undefined) break;
      client = next;
    }
    return addressOfPeer(client);
  };

  function isTrusted(peer: Peer): boolean {
    if (peer === unixSocket) return includesUnixSockets;
    if (peer === undefined) return false;
    const family = isIP(peer);
    return family !== 0 && networks.check(peer, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Some proxies write a port as well: `192.0.2.1:4711`, `[2001:db8::1]:4711`. Undefined for what is no address. */
function addressOf(hop: string | undefined): string | undefined {
  const text = hop?.trim() ?? '';
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? (isIP(text) === 0 ? text.replace(/:\d+$/, '') : text);
  return isIP(bare) === 0 ? undefined : peerAddress(bare);
}

/** As in nginx's `set_real_ip_from unix:`. */
const unixWord = 'unix:';

/** `10.0.0.0/8, 2001:db8::1, unix:`; undefined where one of them is neither an address nor a network nor `unix:`. */
export function parseProxies(text: string): TrustedProxies | undefined {
  const networks = new BlockList();
  const parts = text.split(',').map((part) => part.trim());
  for (const part of parts.filter((each) => each !== unixWord)) {
    const [address = '', bits, ...rest] = part.split('/');
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || rest.length > 0 || !(prefix <= most)) return undefined;
    networks.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  return { networks, includesUnixSockets: parts.includes(unixWord) };
}
