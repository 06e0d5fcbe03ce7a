/**
 * The requests that are being handled: each leaves the books exactly once, with a status, and is then told about.
 *
 * Nothing here keeps the process alive, and what leaves the books is not referenced from here any more.
 */
import type { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

import { ROOT_CONTEXT, type Context } from '@opentelemetry/api';

import { maxFieldLength } from './access-line.ts';
import type { CompletedRequest } from './completed-request.ts';
import { expressRoute } from './express-route.ts';
import { quietly } from './quietly.ts';
import { statusJustSent, unfinishedAnswerStatus } from './sent-status.ts';
import {
  endServerSpan,
  runListenersIn,
  startRecordedSpan,
  startServerSpan,
  type RequestStart,
  type ServerSpan,
  type StartSpan,
} from './server-span.ts';
import { addressOfPeer, type Peer } from './peer-address.ts';
import { clientIsPeer, type FindClient } from './trusted-proxies.ts';
import { statusOfUnfinished, type Unfinished } from './unfinished-status.ts';

/** What is known of a request before its headers have told who the client is. */
export interface ArrivingRequest extends Omit<RequestStart, 'clientAddress'> {
  readonly peer: Peer;
}

/** One request between its header and its end. */
export interface OpenRequest extends RequestStart, ArrivingRequest, Unfinished {
  /** What Node hands to the application: the IncomingMessage, or the HTTP/2 stream. */
  readonly key: object;
  /** `performance.now()` when its header had been parsed. */
  readonly startMillis: number;
  /** The request object a framework works with; it is the key except for HTTP/2. */
  message: object;
  /** What Node hands over with it, where that is a response. */
  response?: ServerResponse | Http2ServerResponse;
  /** The peer, until the headers have told of another. */
  clientAddress: string | undefined;
  serverSpan?: ServerSpan;
  /** The pattern a framework has reported. */
  route?: string;
}

export class OpenRequests {
  readonly #requests = new Map<object, OpenRequest>();
  readonly #startSpan: StartSpan;
  readonly #findClient: FindClient;
  readonly #onCompleted: (request: CompletedRequest) => void;

  constructor(
    onCompleted: (request: CompletedRequest) => void,
    startSpan: StartSpan = startRecordedSpan,
    findClient: FindClient = clientIsPeer,
  ) {
    this.#onCompleted = onCompleted;
    this.#startSpan = startSpan;
    this.#findClient = findClient;
  }

  get size(): number {
    return this.#requests.size;
  }

  open(key: object, start: ArrivingRequest): OpenRequest {
    const request: OpenRequest = {
      method: start.method,
      path: start.path,
      scheme: start.scheme,
      peer: start.peer,
      clientAddress: addressOfPeer(start.peer),
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

  /** Starts the server span; gives the context to handle the request in, in which listeners of `emitters` will run. */
  startSpan(request: OpenRequest, headers: unknown, emitters: readonly EventEmitter[]): Context | undefined {
    return quietly('a request', () => {
      request.clientAddress = this.#findClient(request.peer, headers);
      request.serverSpan = startServerSpan(request, headers, this.#startSpan);
      const { context } = request.serverSpan;
      for (const emitter of emitters) runListenersIn(context, emitter);
      return context;
    });
  }

  /** Does nothing for a request that is complete already: a response may both finish and see its connection close. */
  complete(request: OpenRequest, status: number, answerStatus?: number): void {
    if (!this.#requests.delete(request.key)) return;
    const { serverSpan } = request;
    const route = quietly('a route', () => routeOf(request));
    quietly('a request', () =>
      this.#onCompleted({
        method: request.method,
        path: request.path,
        route,
        status,
        answerStatus,
        durationMillis: performance.now() - request.startMillis,
        user: serverSpan?.metadata.user,
        hasSecurityEvent: serverSpan?.metadata.hasSecurityEvent,
        clientAddress: request.clientAddress,
        userAgent: request.userAgent,
        protocolVersion: request.protocolVersion,
        context: serverSpan?.context ?? ROOT_CONTEXT,
      }),
    );
    if (serverSpan) quietly('a request', () => endServerSpan(serverSpan, request.method, status, route));
  }

  /** `status` says how it ended. What it was answered with until then tells whether it was refused. */
  completeUnfinished(request: OpenRequest, status: number): void {
    const answerStatus = quietly('a response', () => unfinishedAnswerStatus(request.key, request.response));
    this.complete(request, status, answerStatus);
  }

  /** The process ends: whoever still waits will not get an answer. */
  completeAll(): void {
    for (const request of this.#requests.values()) {
      const sent = quietly('a response', () => statusJustSent(request.message));
      if (sent === undefined) this.completeUnfinished(request, statusOfUnfinished(request));
      else this.complete(request, sent);
    }
  }

  /** Whatever is still to become of them, nothing is said about it. */
  forgetAll(): void {
    this.#requests.clear();
  }
}

/** The mount point in it may be as long as the client likes. */
function routeOf({ route, serverSpan, message }: OpenRequest): string | undefined {
  return (route ?? serverSpan?.metadata.route ?? expressRoute(message))?.slice(0, maxFieldLength);
}
