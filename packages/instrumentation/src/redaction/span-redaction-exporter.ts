/**
 * Stands before an exporter of spans, and hands it each without the secrets in it. Works when a batch is sent, so that no
 * request waits for it, and spans that a full queue drops cost nothing.
 */
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

import { redactSpan } from './span-redaction.ts';
import type { ValueRedaction } from './value-redaction.ts';

export class SpanRedactionExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #redaction: ValueRedaction;

  constructor(exporter: SpanExporter, redaction: ValueRedaction) {
    this.#exporter = exporter;
    this.#redaction = redaction;
  }

  export(spans: ReadableSpan[], onResult: Parameters<SpanExporter['export']>[1]): void {
    this.#exporter.export(
      spans.map((span) => redactSpan(span, this.#redaction)),
      onResult,
    );
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }
}
