/** What the tests of HTTP observation stand on, in the test and in programs it starts: a tracer, and records to wait for. */
import { setTimeout as pause } from 'node:timers/promises';

import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOnSampler,
  createAlwaysRecordSampler,
  ParentBasedSampler,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';

import type { DerivedRecord } from '../derived-record.ts';
import { observeHttp, type HttpObservation } from './observe-http.ts';
import type { FindClient } from './trusted-proxies.ts';

/** Spans that have not ended yet; those that are not sampled too. */
export const openSpans: Set<unknown> = new Set();
export const endedSpans: ReadableSpan[] = [];

/** Once per process: the API's globals take the first registration only. */
export function registerTracing(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(
    new TracerProvider({
      sampler: createAlwaysRecordSampler(new ParentBasedSampler({ root: new AlwaysOnSampler() })),
      spanProcessors: [
        {
          onStart: (span) => void openSpans.add(span),
          onEnd(span) {
            openSpans.delete(span);
            endedSpans.push(span);
          },
          forceFlush: () => Promise.resolve(),
          shutdown: () => Promise.resolve(),
        },
      ],
    }),
  );
}

export interface Observed extends HttpObservation {
  readonly records: DerivedRecord[];
  /** The access messages, as soon as there are `count`; a moment later, so that one too many shows. */
  accessLines(count: number): Promise<string[]>;
}

export function observe(thresholds = { slowMillis: 1000, verySlowMillis: 5000 }, findClient?: FindClient): Observed {
  const records: DerivedRecord[] = [];
  const observation = observeHttp({ emit: (record) => records.push(record), thresholds, findClient });
  const lines = () => records.filter(({ concern }) => concern === 'access').map(({ body }) => body);
  return {
    ...observation,
    records,
    async accessLines(count) {
      const deadline = performance.now() + 10_000;
      while (lines().length < count && performance.now() < deadline) await pause(5);
      await pause(10);
      return lines();
    },
  };
}
