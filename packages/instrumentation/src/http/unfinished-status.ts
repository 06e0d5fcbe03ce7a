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

import type { OpenRequest } from './open-requests.ts';

export const clientClosedRequest = 499;

export function statusOfUnfinished(
  request: Pick<OpenRequest, 'errorStatus' | 'hasThrown'>,
  socket: Pick<Socket, 'errored' | 'readableEnded'>,
): number {
  if (request.errorStatus !== undefined) return request.errorStatus;
  if (request.hasThrown) return 500;
  const code = codeOf(socket.errored);
  const byCode = code === undefined ? undefined : statusOfErrorCode(code);
  return byCode ?? (socket.readableEnded ? clientClosedRequest : 500);
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
