/**
 * The requests that are being handled: each leaves the books exactly once, with a status, and is then told about.
 *
 * Nothing here keeps the process alive, and what leaves the books is not referenced from here any more.
 */
import { diag } from '@opentelemetry/api';

import type { CompletedRequest } from './completed-request.ts';
import { expressRoute } from './express-route.ts';
import { endServerSpan, startServerSpan, userOf, type RequestStart, type ServerSpan } from './server-span.ts';

/** One request between its header and its end. */
export interface OpenRequest extends RequestStart {
  /** What Node hands to the application: the IncomingMessage, or the HTTP/2 stream. */
  readonly key: object;
  /** `performance.now()` when its header had been parsed. */
  readonly startMillis: number;
  /** The request object a framework works with; it is the key except for HTTP/2. */
  message: object;
  serverSpan?: ServerSpan;
  /** The pattern a framework has reported. */
  route?: string;
  /** Its handler threw, synchronously. */
  hasThrown: boolean;
  /** What the parser's error was answered with: the rest of the request turned out to be malformed. */
  errorStatus?: number;
}

export class OpenRequests {
  readonly #requests = new Map<object, OpenRequest>();
  readonly #onCompleted: (request: CompletedRequest) => void;

  constructor(onCompleted: (request: CompletedRequest) => void) {
    this.#onCompleted = onCompleted;
  }

  get size(): number {
    return this.#requests.size;
  }

  open(key: object, start: RequestStart): OpenRequest {
    const request: OpenRequest = {
      method: start.method,
      path: start.path,
      scheme: start.scheme,
      clientAddress: start.clientAddress,
      userAgent: start.userAgent,
      protocolVersion: start.protocolVersion,
      key,
      message: key,
      startMillis: performance.now(),
      hasThrown: false,
    };
    this.#requests.set(key, request);
    return request;
  }

  /** By IncomingMessage, HTTP/2 stream, or the request object that Node's compatibility API makes for a stream. */
  find(message: unknown): OpenRequest | undefined {
    if (typeof message !== 'object' || message === null) return undefined;
    return (
      this.#requests.get(message) ?? ('stream' in message ? this.#requests.get(message.stream as object) : undefined)
    );
  }

  startSpan(request: OpenRequest, headers: unknown): ServerSpan {
    return (request.serverSpan = startServerSpan(request, headers));
  }

  /** Does nothing for a request that is complete already: a response may both finish and see its connection close. */
  complete(request: OpenRequest, status: number): void {
    if (!this.#requests.delete(request.key)) return;
    try {
      const { serverSpan } = request;
      const route = request.route ?? serverSpan?.metadata.route ?? expressRoute(request.message);
      this.#onCompleted({
        method: request.method,
        path: request.path,
        route,
        status,
        durationMillis: performance.now() - request.startMillis,
        user: serverSpan && userOf(serverSpan),
        clientAddress: request.clientAddress,
        userAgent: request.userAgent,
        protocolVersion: request.protocolVersion,
        context: serverSpan?.context,
      });
      if (serverSpan !== undefined) endServerSpan(serverSpan, request.method, status, route);
    } catch (error) {
      diag.error('a request could not be recorded', error);
    }
  }

  /** The process ends: whoever still waits will not get an answer. */
  completeAll(): void {
    for (const request of this.#requests.values()) this.complete(request, request.errorStatus ?? 500);
  }
}
