/** A request that is over, as plain values: all that the records about it are derived from. */
import type { Context } from '@opentelemetry/api';

export interface CompletedRequest {
  /** As the client sent it, or empty where no request line could be read. */
  readonly method: string;
  /** The request target without query, fragment and user information, or empty where none could be read. */
  readonly path: string;
  /** The framework's pattern (`/users/:id`), where a framework matched one. */
  readonly route?: string | undefined;
  readonly status: number;
  /** Where the answer was not sent to its end: what status had been sent or set. */
  readonly answerStatus?: number | undefined;
  /** From the parsed header to the last byte handed to the operating system, or to the end of the connection. */
  readonly durationMillis: number;
  readonly user?: string | undefined;
  /** Whether the application has recorded a security event of its own while it handled the request. */
  readonly hasSecurityEvent?: boolean | undefined;
  /** The socket's peer, or, where that is a proxy that the operator trusts, whom it has got the request from. */
  readonly clientAddress?: string | undefined;
  /** As received, one character per byte. */
  readonly userAgent?: string | undefined;
  readonly protocolVersion?: string | undefined;
  /** Holds the request's server span, where it has one. */
  readonly context: Context;
}

/** Two decimals, as written in the access line; a number, for JSON and for arithmetic. */
export function roundMillis(millis: number): number {
  return Math.round(millis * 100) / 100;
}
