/**
 * The span of one operation, from the call to the last answer. Nothing in here throws: whatever a span processor does, or an
 * argument that is not what it has to be, the application's operation goes on.
 */
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type DiagLogger,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';

import type { SpanAttributes } from './attributes.ts';
import { peerOf, serverOf, type LdapClient } from './connection.ts';
import { runCall, type RunningCall } from './nested-call.ts';
import type { DescribeName, OperationRow } from './operations.ts';
import { failureOf } from './outcome.ts';

/** As it is configured when the operation starts. */
export interface Tracing {
  readonly tracer: Tracer;
  readonly diag: DiagLogger;
  readonly describeName: DescribeName;
  /** Calls the user's hook, if there is one; does not throw. */
  readonly onAnswer: (span: Span, answer: unknown) => void;
}

export interface Call {
  readonly row: OperationRow;
  readonly client: LdapClient;
  readonly args: readonly unknown[];
}

export class OperationSpan {
  readonly #tracing: Tracing;
  readonly #call: Call;
  readonly #span: Span;
  readonly #context: Context;
  readonly #running: RunningCall;

  /** May throw what the SDK throws; then there is no span. */
  constructor(tracing: Tracing, call: Call) {
    const { operation } = call.row;
    this.#tracing = tracing;
    this.#call = call;
    this.#span = tracing.tracer.startSpan(`LDAP ${operation}`, {
      kind: SpanKind.CLIENT,
      attributes: present({ 'ldap.operation': operation, ...serverOf(call.client) }),
    });
    this.#context = trace.setSpan(context.active(), this.#span);
    this.#running = { client: call.client, isRunning: true };
    this.tell(() => call.row.ofCall(call.args, tracing.describeName));
    this.tell(() => peerOf(call.client));
  }

  /** Runs a part of the operation: its span is the active one, and what the client calls of itself has none. */
  run<T>(part: () => T): T {
    return runCall(this.#running, () => context.with(this.#context, part));
  }

  /** Adds to the span what `describe` gives, which is not called where nobody records it, and may throw. */
  tell(describe: () => SpanAttributes): void {
    if (!this.#span.isRecording()) return;
    this.#quietly(() => this.#span.setAttributes(present(describe())));
  }

  /** An answer has come; it need not be the last. */
  answered(answer: unknown): void {
    this.#tracing.onAnswer(this.#span, answer);
  }

  succeed(answer?: unknown): void {
    this.tell(() => this.#call.row.ofAnswer(answer, this.#call.args));
    this.#end();
  }

  fail(error: unknown): void {
    this.tell(() => {
      const failure = failureOf(error);
      // No message: it would be the error's, or repeat the type of it.
      if (failure[ATTR_ERROR_TYPE] !== undefined) this.#span.setStatus({ code: SpanStatusCode.ERROR });
      return failure;
    });
    this.#end();
  }

  #end(): void {
    if (!this.#running.isRunning) return;
    this.#running.isRunning = false;
    this.tell(() => peerOf(this.#call.client));
    this.#quietly(() => this.#span.end());
  }

  #quietly(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#tracing.diag.error(`cannot record an operation "${this.#call.row.operation}"`, error);
    }
  }
}

function present(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
