/** What the records about operations read off a span that has ended. */
import { ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

export function durationMillis(span: ReadableSpan): number {
  return hrTimeToMilliseconds(span.duration);
}

/** Two decimals, for the message and the attribute alike. */
export function roundedMillis(span: ReadableSpan): number {
  return Math.round(durationMillis(span) * 100) / 100;
}

/** The span's own context: the active one is that of whoever ended it. */
export function contextOf(span: ReadableSpan): Context {
  return trace.setSpanContext(ROOT_CONTEXT, span.spanContext());
}
