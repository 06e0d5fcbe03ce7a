/** Lines of ldap.log out of the spans of `@sentrikat/instrumentation-ldapts`. */
import { diag, type Context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';

import type { Emit } from '../derived-record.ts';
import type { RequestMetadata } from '../user.ts';
import { ldapRecord } from './ldap-record.ts';

const ldaptsScope = '@sentrikat/instrumentation-ldapts';

export class LdapSpanProcessor implements SpanProcessor {
  readonly #emit: Emit;
  /** The requests that operations belong to. Whom one is served for is often known only after the directory was asked. */
  readonly #requests = new WeakMap<object, RequestMetadata>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  onStart(span: Span, parent: Context): void {
    if (span.instrumentationScope.name !== ldaptsScope) return;
    const metadata: RequestMetadata | undefined = getRPCMetadata(parent);
    if (metadata !== undefined) this.#requests.set(span, metadata);
  }

  /** Never throws: it would throw out of the application's call. */
  onEnd(span: ReadableSpan): void {
    if (span.instrumentationScope.name !== ldaptsScope) return;
    try {
      this.#emit(ldapRecord(span, this.#requests.get(span)?.user));
    } catch (error) {
      diag.error('an LDAP operation could not be recorded', error);
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
