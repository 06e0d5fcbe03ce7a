/**
 * Slow queries, and slow waits for a connection of the pool, out of the spans of `@opentelemetry/instrumentation-pg`.
 *
 * The two are told apart because they are remedied apart: a slow query needs an index, a slow wait a larger pool or
 * shorter transactions. A query's time runs from `client.query()` to its result, failed or not. INFO, as with slow
 * endpoints.
 *
 * Limit: `pg-cursor` and `pg-query-stream` never end their span, so they are not seen.
 */
import { diag } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

import type { DerivedRecord, Emit } from '../derived-record.ts';
import { pgScope } from './pg-scope.ts';
import { slowPoolWaitRecord } from './slow-pool-wait-record.ts';
import { slowQueryRecord } from './slow-query-record.ts';
import { durationMillis } from '../ended-span.ts';

export interface SlowQueryOptions {
  readonly emit: Emit;
  /** What takes longer than this is recorded. */
  readonly slowQueryMillis: number;
}

/** The first that has something to say about a span speaks. */
const derivations: readonly ((span: ReadableSpan) => DerivedRecord | undefined)[] = [
  slowQueryRecord,
  slowPoolWaitRecord,
];

export class SlowQuerySpanProcessor implements SpanProcessor {
  readonly #emit: Emit;
  readonly #slowQueryMillis: number;

  constructor({ emit, slowQueryMillis }: SlowQueryOptions) {
    this.#emit = emit;
    this.#slowQueryMillis = slowQueryMillis;
  }

  onStart(): void {}

  /** Never throws: it would throw out of the application's `query`. */
  onEnd(span: ReadableSpan): void {
    if (span.instrumentationScope.name !== pgScope || durationMillis(span) <= this.#slowQueryMillis) return;
    try {
      for (const derive of derivations) {
        const record = derive(span);
        if (record !== undefined) return this.#emit(record);
      }
    } catch (error) {
      diag.error('a slow query could not be recorded', error);
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
