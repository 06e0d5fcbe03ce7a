/** Sends requests to a server from this process, so that the server's own CPU time is its alone. */
import { createHistogram } from 'node:perf_hooks';

import { Pool } from 'undici';

export interface Load {
  readonly requests: number;
  readonly wallMillis: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
}

/** Each sends its next request when it has the last answer, so latencies are those of a server that is always busy. */
const connections = 10;

/** Rejects if any answer is not a 200. */
export async function sendRequests(origin: string, requests: number): Promise<Load> {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies = createHistogram();
  let left = requests;
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, sendWhileAnyIsLeft));
  const wallMillis = performance.now() - startedAt;
  await pool.close();
  return {
    requests,
    wallMillis,
    p50Millis: latencies.percentile(50) / 1e6,
    p99Millis: latencies.percentile(99) / 1e6,
  };

  async function sendWhileAnyIsLeft(): Promise<void> {
    while (left-- > 0) {
      const sentAt = process.hrtime.bigint();
      const { statusCode, body } = await pool.request({ path: '/status?page=2', method: 'GET', headers });
      await body.dump();
      latencies.record(process.hrtime.bigint() - sentAt);
      if (statusCode !== 200) throw new Error(`REQUEST_FAILED: the server answered ${statusCode}`);
    }
  }
}

const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) bench', accept: 'application/json' };
