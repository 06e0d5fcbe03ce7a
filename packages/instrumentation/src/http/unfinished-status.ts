/**
 * The status of a request whose response was never completed. The order is the meaning:
 *
 * | what happened                                                   | status                       |
 * | --------------------------------------------------------------- | ---------------------------- |
 * | the rest of the request was malformed or late, and was answered | what the answer said         |
 * | the handler threw                                               | 500                          |
 * | the rest of the request was malformed, unanswered               | 400                          |
 * | the rest of the request did not come in time, unanswered        | 408                          |
 * | the client went away                                            | 499, the convention of nginx |
 * | anything else: this side ended the connection                   | 500                          |
 */
import type { Socket } from 'node:net';

export const clientClosedRequest = 499;

/** What is known of the request. */
export interface Unfinished {
  /** Its handler threw, synchronously. */
  hasThrown: boolean;
  /** What the parser said of the rest of the request: `HPE_…`, or ERR_HTTP_REQUEST_TIMEOUT. */
  parserErrorCode?: string;
  /** What that was answered with. */
  errorStatus?: number | undefined;
}

/** `connection` is the request's, where that has ended. */
export function statusOfUnfinished(
  { errorStatus, hasThrown, parserErrorCode }: Unfinished,
  connection?: Pick<Socket, 'errored' | 'readableEnded'>,
): number {
  if (errorStatus !== undefined) return errorStatus;
  if (hasThrown) return 500;
  const code = parserErrorCode ?? codeOf(connection?.errored);
  const byCode = code === undefined ? undefined : statusOfErrorCode(code);
  return byCode ?? (connection?.readableEnded === true ? clientClosedRequest : 500);
}

function statusOfErrorCode(code: string): number | undefined {
  if (code === 'HPE_INVALID_EOF_STATE' || peerErrors.has(code)) return clientClosedRequest;
  if (code.startsWith('HPE_')) return 400;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : undefined;
}

/** What the operating system says of a connection that the other side, or the network, has ended. */
const peerErrors = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED']);

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
