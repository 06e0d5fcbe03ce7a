/** Stands in front of a real HTTP server and passes everything on, until it is told to be in trouble. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

import { freePort } from '../servers/free-port.ts';

/**
 * `refuses` connections, as a server that is not there; answers with a status; `hangs`, which is to take a request and never answer;
 * `forgets`, which is to pass it on and never tell the answer, so that what was done is asked for again.
 */
export type Mood = 'passes' | 'refuses' | 'hangs' | 'forgets' | 429 | 503;

export interface FaultyProxy {
  readonly url: string;
  /** Requests that came in while it was in this mood. */
  seen(mood: Mood): number;
  become(mood: Mood): Promise<void>;
  close(): Promise<void>;
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const seen = new Map<Mood, number>();
  let mood: Mood = 'passes';
  const server = createServer((incoming, response) => {
    seen.set(mood, (seen.get(mood) ?? 0) + 1);
    if (typeof mood === 'number') {
      incoming.resume();
      response.writeHead(mood, { 'content-type': 'application/json' }).end('{"error":{"reason":"in trouble"}}');
    } else if (mood === 'hangs') incoming.resume();
    else pass(incoming, mood === 'forgets' ? undefined : response);
  });
  // It has to get it back after each refusal.
  const port = await freePort();
  await listen();

  async function listen(): Promise<void> {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  }

  function pass(incoming: IncomingMessage, response: ServerResponse | undefined): void {
    const { method, headers, url } = incoming;
    const outgoing = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      // Who has asked may have gone meanwhile.
      if (response === undefined || response.destroyed) return answer.resume();
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      return pipeline(answer, response, () => {});
    });
    // A request that is cut off here is cut off there: a server that waits for the rest of it does not end.
    pipeline(incoming, outgoing, () => {});
    outgoing.on('error', () => response?.destroy());
  }

  return {
    url: `http://127.0.0.1:${port}`,
    seen: (asked) => seen.get(asked) ?? 0,
    async become(next) {
      const wasAway = mood === 'refuses';
      mood = next;
      if (next === 'refuses') await close();
      else if (wasAway) await listen();
      else server.closeAllConnections();
    },
    close,
  };

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
