/**
 * The server span of a request, for every protocol: `@opentelemetry/instrumentation-http` knows neither HTTP/2 nor
 * upgrades, records query strings, believes `X-Forwarded-For`, and moves the place a crash is reported at.
 *
 * The span is in the context the handler runs in, and in its RPC metadata, where framework instrumentations leave the
 * route and where `setUser` finds it.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
 */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';

import { scopeName } from '../scope.ts';
import type { RequestMetadata } from '../user.ts';
import { maxFieldLength } from './access-line.ts';
import { semanticMethod } from './semantic-method.ts';

export interface ServerSpan {
  readonly span: Span;
  readonly metadata: RequestMetadata;
  /** What the handler runs in. */
  readonly context: Context;
}

/** What is known when a request begins. */
export interface RequestStart {
  readonly method: string;
  readonly path: string;
  readonly scheme: string;
  readonly clientAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly protocolVersion: string | undefined;
}

/** Makes the span of a request below `parent`; asks for attributes only where somebody may read them. */
export type StartSpan = (name: string, attributes: () => Attributes, parent: Context) => Span;

const tracer = trace.getTracer(scopeName);

/** A span of the SDK's. */
export const startRecordedSpan: StartSpan = (name, attributes, parent) =>
  tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: attributes() }, parent);

/** `headers` are the request's, with lower-case names: the parent's trace context is in them. */
export function startServerSpan(request: RequestStart, headers: unknown, startSpan: StartSpan): ServerSpan {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const method = semanticMethod(request.method);
  const span = startSpan(
    spanName(method),
    () => ({
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_URL_SCHEME]: request.scheme,
      [ATTR_URL_PATH]: request.path.slice(0, maxFieldLength),
      [ATTR_CLIENT_ADDRESS]: request.clientAddress,
      [ATTR_USER_AGENT_ORIGINAL]: request.userAgent?.slice(0, maxFieldLength),
      [ATTR_NETWORK_PROTOCOL_VERSION]: request.protocolVersion,
    }),
    parent,
  );
  const metadata: RequestMetadata = {
    type: RPCType.HTTP,
    span,
    // Not the request itself, which would live as long as anybody keeps the context.
    client: {
      address: request.clientAddress,
      userAgent: request.userAgent,
      requestId: (headers as Readonly<Record<string, unknown>>)['x-request-id'],
    },
  };
  return { span, metadata, context: setRPCMetadata(trace.setSpan(parent, span), metadata) };
}

export function endServerSpan({ span }: ServerSpan, method: string, status: number, route: string | undefined): void {
  span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
  if (route !== undefined) {
    span.setAttribute(ATTR_HTTP_ROUTE, route);
    span.updateName(`${spanName(semanticMethod(method))} ${route}`);
  }
  if (status >= 500) {
    span.setAttribute(ATTR_ERROR_TYPE, String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function spanName(method: string): string {
  return method === '_OTHER' ? 'HTTP' : method;
}

/**
 * Makes listeners of `emitter` run in `requestContext`. Needed because the parser delivers a body in the context in
 * which its connection was made. One overridden method, where `context.bind` would wrap eight and every listener.
 */
export function runListenersIn(requestContext: Context, emitter: NodeJS.EventEmitter): void {
  const { emit } = emitter;
  Object.defineProperty(emitter, 'emit', {
    configurable: true,
    writable: true,
    value(this: NodeJS.EventEmitter, ...args: Parameters<typeof emit>) {
      // Most events have no listener, or come in the context already; and to enter one is not for nothing.
      return this.listenerCount(args[0]) === 0 || context.active() === requestContext
        ? emit.apply(this, args)
        : context.with(requestContext, emit, this, ...args);
    },
  });
}
