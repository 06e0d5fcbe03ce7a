/** Real spans with the names, attributes and events that `@opentelemetry/instrumentation-pg` gives them. */
import { SpanKind, SpanStatusCode, type Attributes, type Span } from '@opentelemetry/api';
import { TracerProvider, type ReadableSpan, type Sampler, type SpanProcessor } from '@opentelemetry/sdk-trace';

import { pgScope } from './pg-scope.ts';

export interface SpanFacts {
  readonly attributes?: Attributes;
  readonly millis?: number;
  /** What happens to it before it ends. */
  readonly meanwhile?: (span: Span) => void;
}

export interface Tracing {
  readonly spanProcessors: readonly SpanProcessor[];
  readonly sampler?: Sampler;
  readonly scope?: string | undefined;
}

export type SpanMaker = (name: string, facts?: SpanFacts) => ReadableSpan;

export const connection: Attributes = {
  'db.system.name': 'postgresql',
  'db.namespace': 'shop',
  'server.address': 'db.internal',
  'server.port': 5432,
};

export const start: number = 1_750_000_000;

/** Gives a function that starts and ends a span; what it hands back is what every processor saw the end of. */
export function spanMaker({ spanProcessors, sampler, scope = pgScope }: Tracing): SpanMaker {
  const provider = new TracerProvider({ spanProcessors: [...spanProcessors], ...(sampler && { sampler }) });
  const tracer = provider.getTracer(scope, '0.77.0');
  return (name, { attributes = connection, millis = 300, meanwhile } = {}) => {
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime: [start, 0] });
    meanwhile?.(span);
    span.end([start + Math.floor(millis / 1000), Math.round((millis % 1000) * 1e6)]);
    return span as Span & ReadableSpan;
  };
}

/** What the instrumentation does with an error: a harmless event, and a status in the server's own words. */
export function failedWith(message: string, code?: string): (span: Span) => void {
  return (span) => {
    span.recordException(`PostgreSQL error of type 'error' occurred (code: ${code ?? 'UNKNOWN'})`);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  };
}
