/**
 * What can be said of a request that the parser refused: method and path where its first line can be read, `-` where it
 * cannot.
 */
import { pathOfTarget } from './request-target.ts';

/** Does this error of a connection mean that someone sent a request? A connection that merely broke does not. */
export function isMalformedRequest(error: unknown): error is MalformedRequestError {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  const { code } = error;
  return typeof code === 'string' && (code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT');
}

export interface MalformedRequestError {
  readonly code: string;
  /** The bytes that were being parsed: the beginning of the request only where it came in one piece. */
  readonly rawPacket?: unknown;
}

/**
 * Bytes that do not begin with a method in capitals, a space and a target are in the middle of a request, where they
 * may hold a header's secret: nothing of them is shown.
 */
export function requestLineOf(error: MalformedRequestError): { method: string; path: string } {
  const { rawPacket } = error;
  if (!(rawPacket instanceof Uint8Array)) return unreadable;
  const line = Buffer.from(rawPacket.buffer, rawPacket.byteOffset, Math.min(rawPacket.byteLength, maxLineBytes));
  const [, method, target] = requestLine.exec(line.toString('latin1')) ?? [];
  return method === undefined || target === undefined ? unreadable : { method, path: pathOfTarget(target) };
}

/** Empty, which the access line shows as `-`. */
export const unreadable = { method: '', path: '' } as const;

/** Where Node's own limit for a whole header lies. */
const maxLineBytes = 16 * 1024;

const requestLine = /^([A-Z][A-Z_-]{0,31}) ((?:\/|\*|https?:\/\/)[^\s]*)(?: HTTP\/|$)/;
