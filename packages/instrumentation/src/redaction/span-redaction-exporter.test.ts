import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';

import { createValueRedaction } from './redact.ts';
import { SpanRedactionExporter } from './span-redaction-exporter.ts';

test('what is exported has no secrets; other processors, before and after, see the span as it was', () => {
  const seen: ReadableSpan[] = [];
  const observer = {
    onStart() {},
    onEnd: (span: ReadableSpan) => void seen.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const memory = new InMemorySpanExporter();
  const exporter = new SpanRedactionExporter(memory, createValueRedaction({ redactKeys: ['badge'] }));
  const provider = new TracerProvider({
    spanProcessors: [observer, new SimpleSpanProcessor({ exporter }), observer],
  });
  provider
    .getTracer('a')
    .startSpan('b', { attributes: { 'url.query': 'token=c', badge: 'd' } })
    .end();
  expect(memory.getFinishedSpans().map(({ attributes }) => attributes)).toMatchObject([
    { 'url.query': 'token=[redacted]', badge: '[redacted]' },
  ]);
  const untouched = { 'url.query': 'token=c', badge: 'd' };
  expect(seen.map(({ attributes }) => attributes)).toEqual([untouched, untouched]);
});

test('the exporter behind it is flushed and shut down, and its results are heard', async () => {
  const calls: string[] = [];
  const exporter = new SpanRedactionExporter(
    {
      export: (...[, onResult]) => onResult({ code: 1, error: new Error('refused') }),
      forceFlush: async () => void calls.push('flushed'),
      shutdown: async () => void calls.push('shut down'),
    },
    createValueRedaction({}),
  );
  exporter.export([], ({ error }) => void calls.push(String(error)));
  await exporter.forceFlush();
  await exporter.shutdown();
  expect(calls).toEqual(['Error: refused', 'flushed', 'shut down']);
});
