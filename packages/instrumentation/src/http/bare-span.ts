/**
 * Server spans where no span is ever sent: they carry the trace and its sampling decision on, to the records of the request and
 * to the services it calls, and cost a fraction of a span that could be read.
 */
import { isSpanContextValid, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { RandomIdGenerator, SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace';

import type { StartSpan } from './server-span.ts';

export function bareSpans(sampler: Sampler): StartSpan {
  const ids = new RandomIdGenerator();
  return (name, _, parent) => {
    const parentSpan = trace.getSpanContext(parent);
    const traceId =
      parentSpan !== undefined && isSpanContextValid(parentSpan) ? parentSpan.traceId : ids.generateTraceId();
    const { decision, traceState = parentSpan?.traceState } = sampler.shouldSample(
      parent,
      traceId,
      name,
      SpanKind.SERVER,
      {},
      [],
    );
    return trace.wrapSpanContext({
      traceId,
      spanId: ids.generateSpanId(),
      traceFlags: decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE,
      ...(traceState === undefined ? {} : { traceState }),
    });
  };
}
