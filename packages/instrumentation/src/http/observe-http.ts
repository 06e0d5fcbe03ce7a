/**
 * One access record for every request to a Node http, https or http2 server, and one performance record for each that
 * was slow.
 *
 * The servers themselves are observed, not spans: a client can switch spans off (`traceparent: …-00`), and requests that
 * are aborted, malformed, upgraded or answered by Node itself have none. The server span is ours too, see
 * `server-span.ts`; of `@opentelemetry/instrumentation-http` only the client half is used.
 */
import diagnosticsChannel from 'node:diagnostics_channel';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

import type { HttpInstrumentationConfig } from '@opentelemetry/instrumentation-http';
import { ATTR_URL_FULL } from '@opentelemetry/semantic-conventions';

import type { Emit } from '../derived-record.ts';
import { observeHttp1 } from './http1-requests.ts';
import { observeHttp2 } from './http2-requests.ts';
import { OpenRequests } from './open-requests.ts';
import { outgoingUrl } from './outgoing-url.ts';
import { quietly } from './quietly.ts';
import { requestRecords } from './request-records.ts';
import { observeServerEvents } from './server-events.ts';
import type { StartSpan } from './server-span.ts';
import type { EndpointThresholds } from './slow-endpoint-record.ts';
import type { FindClient } from './trusted-proxies.ts';

export interface HttpObservation {
  /** For `new HttpInstrumentation(…)`: client spans without queries; the server half is off, being done here. */
  readonly httpInstrumentationConfig: HttpInstrumentationConfig;
  /** Records each request that is still open, as failed unless its answer is out: for the end of the process. Synchronous. */
  closeOpenRequests(): void;
  /** Leaves the servers as they were. Requests that are open then are not recorded. */
  disable(): void;
}

export interface HttpObservationOptions {
  readonly emit: Emit;
  readonly thresholds: EndpointThresholds;
  /** How server spans are made. Default: as the SDK makes spans. */
  readonly startSpan?: StartSpan;
  /** Who a request comes from. Default: the socket's peer. */
  readonly findClient?: FindClient | undefined;
}

/** Observes all servers of this process, those that exist already too. Neither throws nor keeps the process alive. */
export function observeHttp({ emit, thresholds, startSpan, findClient }: HttpObservationOptions): HttpObservation {
  const requests = new OpenRequests(
    (request) => requestRecords(request, thresholds).forEach(emit),
    startSpan,
    findClient,
  );
  const http1 = observeHttp1(requests);
  const restore = observeServerEvents(
    serverPrototypes(),
    new Map(Object.entries({ ...http1.observers, ...observeHttp2(requests) })),
  );
  diagnosticsChannel.subscribe(fastifyChannel, onFastify);

  return {
    httpInstrumentationConfig: {
      disableIncomingRequestInstrumentation: true,
      // Upstream would make members "0", "1" and so on of what Node takes as a list, and take for a text what Node says is none.
      ignoreOutgoingRequestHook: ({ headers, method }) =>
        Array.isArray(headers) || (method != null && typeof method !== 'string'),
      startOutgoingSpanHook: (options) => ({ [ATTR_URL_FULL]: outgoingUrl(options) }),
    },
    closeOpenRequests: () => requests.completeAll(),
    disable() {
      http1.disable();
      restore();
      diagnosticsChannel.unsubscribe(fastifyChannel, onFastify);
      requests.forgetAll();
    },
  };

  /**
   * Each application made with Fastify gets a hook that is told of the route. The channels of its handlers say it as well, but where somebody
   * listens to these, Fastify gives a failed response its status before the application's error handler sees it.
   */
  function onFastify(message: unknown): void {
    quietly('a Fastify application', () => {
      const { fastify } = message as FastifyInitialization;
      fastify.addHook('onRequest', (...[request, , done]) => {
        quietly('a Fastify route', () => {
          const open = requests.find(request.raw);
          const url = request.routeOptions?.url;
          if (open !== undefined && typeof url === 'string') open.route = url;
        });
        done();
      });
    });
  }
}

/** https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks */
const fastifyChannel = 'fastify.initialization';

interface FastifyInitialization {
  readonly fastify: {
    addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: unknown, done: () => void) => void): unknown;
  };
}

interface FastifyRequest {
  readonly raw: unknown;
  readonly routeOptions?: { readonly url?: unknown };
}

/** The base of all servers, and those that something loaded earlier has given an `emit` of their own. */
function serverPrototypes(): net.Server[] {
  const derived = [http.Server.prototype, https.Server.prototype];
  return [net.Server.prototype, ...derived.filter((prototype) => Object.hasOwn(prototype, 'emit'))];
}
