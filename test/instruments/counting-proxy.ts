/** An HTTP proxy in front of a server, whose only interest is to write down each exchange as the client saw it. */
import { createServer, request as requestUpstream, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Exchange {
  readonly method: string;
  /** As on the wire, without the query. */
  readonly path: string;
  readonly status: string;
}

export interface CountingProxy {
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  /** Where requests go from now on. */
  forwardTo(port: number): void;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. The `Host` header goes through unchanged, so the server's links lead back here. */
export async function startCountingProxy(): Promise<CountingProxy> {
  const exchanges: Exchange[] = [];
  let upstreamPort = 0;
  const server: Server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const upstream = requestUpstream(
      { host: '127.0.0.1', port: upstreamPort, method, path: url, headers },
      (answer) => {
        exchanges.push({ method, path: url.split('?', 1)[0] ?? '', status: String(answer.statusCode) });
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    upstream.on('error', (error) => response.destroy(error));
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    forwardTo: (port) => (upstreamPort = port),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
