import { ROOT_CONTEXT, trace, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';

import { bareSpans } from './bare-span.ts';

const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler() });

function start(parent?: Partial<SpanContext>, by = sampler): SpanContext {
  const context =
    parent === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId: 'a'.repeat(32),
          spanId: 'b'.repeat(16),
          traceFlags: TraceFlags.SAMPLED,
          isRemote: true,
          ...parent,
        });
  return bareSpans(by)('GET', () => expect.unreachable('nobody reads attributes'), context).spanContext();
}

test('begins a trace of its own, each time another', () => {
  const [first, second] = [start(), start()];
  expect(first).toEqual({
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    traceFlags: TraceFlags.SAMPLED,
  });
  expect(second.traceId).not.toBe(first.traceId);
});

test.each([TraceFlags.SAMPLED, TraceFlags.NONE])(
  'goes on with the trace of its parent, and its decision: %i',
  (traceFlags) => {
    const span = start({ traceFlags });
    expect(span).toMatchObject({ traceId: 'a'.repeat(32), traceFlags });
    expect(span.spanId).not.toBe('b'.repeat(16));
  },
);

test('begins anew where the parent’s ids are none', () => {
  expect(start({ traceId: '0'.repeat(32) }).traceId).not.toBe('0'.repeat(32));
});

test('is not sampled where the sampler says so', () => {
  expect(start(undefined, new ParentBasedSampler({ root: new AlwaysOffSampler() })).traceFlags).toBe(TraceFlags.NONE);
});

test('keeps nothing, and says so to whoever would fill it', () => {
  const span = bareSpans(sampler)('GET', () => ({}), ROOT_CONTEXT);
  expect(span.isRecording()).toBe(false);
});
