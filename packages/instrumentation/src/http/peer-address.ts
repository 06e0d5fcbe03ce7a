/** A socket's peer as people write it: an IPv4 client of a dual-stack server is `192.0.2.1`, not `::ffff:192.0.2.1`. */
export function peerAddress(remoteAddress: string | undefined): string | undefined {
  return remoteAddress?.startsWith('::ffff:') === true && remoteAddress.includes('.')
    ? remoteAddress.slice('::ffff:'.length)
    : remoteAddress;
}
