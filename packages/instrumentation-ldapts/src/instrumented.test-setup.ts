/** An instrumentation, the module that it instruments, and the spans that come of it. */
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, diag } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach } from 'vitest';

import type { LdaptsInstrumentationConfig } from './configuration.ts';
import { LdaptsInstrumentation } from './instrumentation.ts';
import type { SearchAnswer } from './operations.ts';

export type Answer = (...args: unknown[]) => unknown;

/** A client without a server: its methods do what they are told to do. */
export class FakeClient {
  host = 'ldap.example.org';
  port = 389;
  answer: Answer = () => Promise.resolve();

  bind(...args: unknown[]): unknown {
    return this.answer(...args);
  }

  search(...args: unknown[]): unknown {
    return this.answer(...args);
  }

  /** Gives the pages, in the place of functions what they give; adds what it is asked for, and takes no harm from `harmless`. */
  async *searchPaginated(...pages: unknown[]): AsyncGenerator<unknown> {
    for (const page of pages) {
      try {
        const asked: unknown = yield await (typeof page === 'function' ? (page as Answer)() : page);
        if (asked !== undefined) yield asked;
      } catch (error) {
        if (error !== 'harmless') throw error;
      }
    }
    return 'the end';
  }
}

export interface Ldapts {
  Client: typeof FakeClient;
}

/** One of the forms in which ldapts is loaded: a class of its own. */
export function createLdapts(): Ldapts {
  const methods = Object.getOwnPropertyDescriptors(FakeClient.prototype);
  class Client extends FakeClient {}
  Object.defineProperties(Client.prototype, { ...methods, constructor: { value: Client } });
  return { Client };
}

export interface Instrumented {
  readonly instrumentation: LdaptsInstrumentation;
  /** As when the application loads ldapts. */
  load(ldapts?: Ldapts): Ldapts;
  unload(ldapts: Ldapts): void;
}

export function instrument(config?: LdaptsInstrumentationConfig, ...processors: SpanProcessor[]): Instrumented {
  const instrumentation = new LdaptsInstrumentation(config);
  const spanProcessors = [new SimpleSpanProcessor({ exporter }), ...processors];
  instrumentation.setTracerProvider(new TracerProvider({ spanProcessors }));
  const [{ patch, unpatch } = {}] = instrumentation.getModuleDefinitions();
  return {
    instrumentation,
    load: (ldapts = createLdapts()) => patch?.(ldapts, '9.2.0') as Ldapts,
    unload: (ldapts) => unpatch?.(ldapts, '9.2.0'),
  };
}

/** What a search may find. */
export const found: SearchAnswer = { searchEntries: ['entry'], searchReferences: [] };

const exporter = new InMemorySpanExporter();

/** Those that have ended in this test. */
export function endedSpans(): ReadableSpan[] {
  return exporter.getFinishedSpans();
}

export function endedNames(): string[] {
  return endedSpans().map(({ name }) => name);
}

const errors: unknown[] = [];

/** What an operator would read on the diagnostics of OpenTelemetry, of this test. */
export function diagnosedErrors(): readonly unknown[] {
  return errors;
}

function keep(...details: unknown[]): void {
  errors.push(details);
}

function ignore(): void {}

/** For the whole of a file. */
export function traceEachTest(): void {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    diag.setLogger({ error: keep, warn: keep, info: ignore, debug: ignore, verbose: ignore });
  });

  afterAll(() => {
    context.disable();
    diag.disable();
  });

  beforeEach(() => {
    exporter.reset();
    errors.length = 0;
  });
}
