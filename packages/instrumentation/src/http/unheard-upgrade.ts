/**
 * CONNECT (or an upgrade that `shouldUpgradeCallback` has let pass) to a server without a listener for it: Node closes the
 * connection and tells nobody. Scanners for open proxies send nothing else, so it has to be seen all the same.
 *
 * Only the parser knows of it, whose `onIncoming` Node sets on each connection and calls for each request (the same in
 * 22.15, 24.21 and 26.10). A Node that does it differently loses such a request its line, and nothing else.
 */
import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';

/** The parser forgets `onUnheard`, which must not throw, when it leaves the connection. */
export function onUnheardUpgrade(server: Server, parser: Parser, onUnheard: (message: IncomingMessage) => void): void {
  const { onIncoming } = parser;
  parser.onIncoming = function (message, shouldKeepAlive) {
    const result = onIncoming.call(this, message, shouldKeepAlive);
    if (message.upgrade && server.listenerCount(message.method === 'CONNECT' ? 'connect' : 'upgrade') === 0)
      onUnheard(message);
    return result;
  };
}

interface Parser {
  onIncoming: (
    this: unknown,
    message: IncomingMessage & { readonly upgrade?: unknown },
    shouldKeepAlive: boolean,
  ) => unknown;
}

/** Is this the socket of a server that speaks HTTP/1? That of a plain net server, or of HTTP/2, has no parser. */
export function hasParser(socket: unknown): socket is Socket & { readonly parser: Parser } {
  return typeof (socket as { parser?: Partial<Parser> | null } | null | undefined)?.parser?.onIncoming === 'function';
}
