/** `request`: what watching every request costs a server that does next to nothing else. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { nextAnswer, startMeasuredProcess, successfulEnd } from '../measured-process.ts';
import { autoInstrumentationsEnvironment, autoInstrumentationsFlags } from '../auto-instrumentations.ts';
import { preloadEnvironment, preloadFlags } from '../preload.ts';
import type { Contestant, Scenario, Size } from '../scenario.ts';
import { startForgetfulCollector } from './forgetful-collector.ts';
import { sendRequests } from './load.ts';

/** Where a measured server may leave what it records. */
interface Places {
  readonly directory: string;
  /** Takes OTLP over HTTP, and forgets it. */
  readonly collector: string;
}

interface ServerRow {
  readonly name: string;
  readonly note: string;
  readonly packages: readonly string[];
  readonly nodeFlags?: readonly string[];
  readonly environment?: (places: Places) => Readonly<Record<string, string>>;
  /** The file that gets a line for each request, and whether the server is told to write it or a preload does. */
  readonly accessLog?: { readonly file: string; readonly by: 'server' | 'preload' };
}

const pinoHttp = { file: 'pino-http.log', by: 'server' } as const;

const servers: readonly ServerRow[] = [
  { name: 'bare', note: 'the server alone: no spans, no log', packages: [] },
  {
    name: 'ours',
    note: '`--require @sentrikat/instrumentation/register`: access.log, and the other six files open',
    packages: ['@sentrikat/instrumentation'],
    nodeFlags: preloadFlags,
    environment: ({ directory }) => preloadEnvironment(directory),
    accessLog: { file: 'access.log', by: 'preload' },
  },
  {
    name: 'ours, OTLP',
    note: 'the same with spans and records sent as well, two payloads where the rows below send one, to the same collector',
    packages: ['@sentrikat/instrumentation'],
    nodeFlags: preloadFlags,
    environment: ({ directory, collector }) => ({
      ...preloadEnvironment(directory),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    }),
    accessLog: { file: 'access.log', by: 'preload' },
  },
  {
    name: 'pino-http',
    note: 'the server writes an access line itself, through pino-http and an asynchronous pino destination: the same service to an operator, with code in the application, without spans and without rotation',
    packages: ['pino', 'pino-http'],
    accessLog: pinoHttp,
  },
  {
    name: 'auto-instrumentations',
    note: '`--require @opentelemetry/auto-instrumentations-node/register` as it is meant: spans recorded, batched and sent, to a collector that answers at once and forgets them; a batch processor drops what exceeds its queue, so not all of them arrive. No line is written',
    packages: ['@opentelemetry/auto-instrumentations-node'],
    nodeFlags: autoInstrumentationsFlags,
    environment: ({ collector }) => ({
      ...autoInstrumentationsEnvironment,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    }),
  },
  {
    name: 'auto-instrumentations, off',
    note: 'the same with `OTEL_TRACES_EXPORTER`, `OTEL_LOGS_EXPORTER` and `OTEL_METRICS_EXPORTER` set to `none`: the hooks are in place, but the SDK then records no span at all, so this is the least they can cost, and nothing is left of the request',
    packages: ['@opentelemetry/auto-instrumentations-node'],
    nodeFlags: autoInstrumentationsFlags,
    environment: () => autoInstrumentationsEnvironment,
  },
  {
    name: 'auto-instrumentations + pino-http',
    note: 'spans recorded and sent, and an access line: what it takes to have what the preload gives',
    packages: ['@opentelemetry/auto-instrumentations-node', 'pino', 'pino-http'],
    nodeFlags: autoInstrumentationsFlags,
    environment: ({ collector }) => ({
      ...autoInstrumentationsEnvironment,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
    }),
    accessLog: pinoHttp,
  },
];

/** Requests that warm the server up, and requests that count. */
const sizes: Readonly<Record<Size, { readonly warmUp: number; readonly requests: number }>> = {
  full: { warmUp: 10_000, requests: 40_000 },
  quick: { warmUp: 100, requests: 1_000 },
};

export const requestScenario: Scenario = {
  name: 'request',
  title: 'What a request costs',
  about: `A plain \`node:http\` server answers ${sizes.full.requests.toLocaleString('en-US')} keep-alive requests with a few bytes of JSON, after ${sizes.full.warmUp.toLocaleString('en-US')} that are not counted.
CPU is the server’s own user and system time of all threads over the counted requests, which come from another process, over
10 connections that each wait for their answer. The handler does nothing, so the ratios are the worst case; the microseconds are
what any handler pays on top of its own. Latencies are those of a saturated server. Access lines are counted after the server
has ended, those of the warm-up included.`,
  runs: { full: 7, quick: 1 },
  contestants: servers.map(contestant),
  columns: [
    { title: 'CPU µs/request', figure: 'cpuMicrosPerRequest', summary: 'median', digits: 1, withSpread: true },
    { title: '× bare', figure: 'cpuMicrosPerRequest', summary: 'median', digits: 2, relativeTo: 'bare' },
    {
      title: '× auto-instrumentations',
      figure: 'cpuMicrosPerRequest',
      summary: 'median',
      digits: 2,
      relativeTo: 'auto-instrumentations',
    },
    { title: 'requests/s', figure: 'requestsPerSecond', summary: 'median', digits: 0 },
    { title: 'p50 ms', figure: 'p50Millis', summary: 'median', digits: 2 },
    { title: 'p99 ms', figure: 'p99Millis', summary: 'median', digits: 2 },
    { title: 'peak RSS MiB', figure: 'peakRssMiB', summary: 'highest', digits: 0 },
    { title: 'access lines on disk', figure: 'accessLines', summary: 'sum', digits: 0, of: 'accessLinesDue' },
  ],
};

interface Mark {
  readonly cpuMicros: number;
  readonly peakRssKiB: number;
}

function contestant(row: ServerRow): Contestant {
  return {
    name: row.name,
    note: row.note,
    packages: row.packages,
    measure: async ({ size, directory }) => {
      const { warmUp, requests } = sizes[size];
      const accessLog = row.accessLog === undefined ? undefined : join(directory, row.accessLog.file);
      const collector = await startForgetfulCollector();
      const server = startMeasuredProcess({
        program: new URL('server.cjs', import.meta.url),
        programArguments: accessLog !== undefined && row.accessLog?.by === 'server' ? [accessLog] : [],
        nodeFlags: row.nodeFlags ?? [],
        environment: row.environment?.({ directory, collector: collector.origin }) ?? {},
        workingDirectory: directory,
      });
      try {
        const { port } = await nextAnswer<{ port: number }>(server);
        const origin = `http://127.0.0.1:${port}`;
        await sendRequests(origin, warmUp);
        const before = await ask<Mark>('mark');
        const load = await sendRequests(origin, requests);
        const after = await ask<Mark>('mark');
        server.send('stop');
        await successfulEnd(server);
        return {
          requests,
          cpuMicrosPerRequest: (after.cpuMicros - before.cpuMicros) / requests,
          requestsPerSecond: requests / (load.wallMillis / 1000),
          p50Millis: load.p50Millis,
          p99Millis: load.p99Millis,
          peakRssMiB: after.peakRssKiB / 1024,
          accessLines: accessLog === undefined ? 0 : countLines(accessLog),
          accessLinesDue: accessLog === undefined ? 0 : warmUp + requests,
        };
      } finally {
        if (server.exitCode === null && server.signalCode === null) {
          server.kill('SIGKILL');
          await once(server, 'exit');
        }
        collector.stop();
      }

      function ask<Answer>(question: string): Promise<Answer> {
        const answer = nextAnswer<Answer>(server);
        server.send(question);
        return answer;
      }
    },
  };
}

function countLines(path: string): number {
  if (!existsSync(path)) return 0;
  return readFileSync(path, 'utf8').split('\n').length - 1;
}
