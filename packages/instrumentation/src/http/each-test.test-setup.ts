/**
 * Gives every test of a file an observation and servers of its own, and fails one that leaves anything of a request
 * behind: what then still is open would get its line at the end of the process.
 */
import { once } from 'node:events';
import type net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect } from 'vitest';

import { endedSpans, openSpans, observe, registerTracing, type Observed } from './observed.test-setup.ts';

export interface EachTest {
  readonly observed: Observed;
  /** `METHOD path status` of each access line. */
  requests(count: number): Promise<string[]>;
  /** The spans that have ended, as soon as there are `count` access lines. */
  spans(count: number): Promise<ReadableSpan[]>;
  /** Listens, and gives the port. Closed after the test, with its connections. */
  serve(server: Closable, host?: string): Promise<number>;
}

type Closable = net.Server & { closeAllConnections?(): void };

export function observeEachTest(thresholds?: { slowMillis: number; verySlowMillis: number }): EachTest {
  let observed: Observed;
  let servers: Closable[] = [];
  registerTracing();

  beforeEach(() => {
    endedSpans.length = 0;
    openSpans.clear();
    observed = observe(thresholds);
  });

  afterEach(async () => {
    const { length } = observed.records;
    await pause(20);
    observed.closeOpenRequests();
    const late = observed.records.slice(length).map(({ body }) => body);
    await Promise.all(servers.map(close));
    servers = [];
    observed.disable();
    expect(openSpans.size, 'spans that have not ended').toBe(0);
    expect(late, 'records that came after the test, or of requests that were still open').toEqual([]);
  });

  return {
    get observed() {
      return observed;
    },
    async requests(count) {
      const lines = await observed.accessLines(count);
      return lines.map((line) => line.replace(/^(\S+ \S+ \d+) .*/s, '$1'));
    },
    async spans(count) {
      await observed.accessLines(count);
      return [...endedSpans];
    },
    async serve(server, host = '127.0.0.1') {
      servers.push(server);
      server.listen(0, host);
      await once(server, 'listening');
      return (server.address() as net.AddressInfo).port;
    },
  };
}

async function close(server: Closable): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections?.();
  await closed;
}
