/** What a response's status line said: `statusCode` may have been set since, by a handler of errors that came too late. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse, ServerHttp2Stream } from 'node:http2';

/** Before it is sent, what has been set. */
export function sentStatus(response: ServerResponse | Http2ServerResponse): number {
  // Node keeps what it has sent under this name, and no other.
  const head: unknown = Reflect.get(response, '_header');
  return typeof head === 'string' && head.startsWith('HTTP/1.1 ') ? Number(head.slice(9, 12)) : response.statusCode;
}

/**
 * The status of the HTTP/1 response to a request, where the operating system has got all of it. Node says so a tick later,
 * which a process that ends does not live to see. Nothing for any other message.
 */
export function statusJustSent(message: object): number | undefined {
  const { socket } = message as Partial<IncomingMessage>;
  const response = socket && (Reflect.get(socket, '_httpMessage') as ServerResponse | null | undefined);
  if (response?.req !== message || !response.writableEnded || response.writableLength > 0) return undefined;
  return sentStatus(response);
}

/** The status of an answer that was not sent to its end: what was sent of it or set, on the HTTP/2 stream or on the response. */
export function unfinishedAnswerStatus(
  { sentHeaders }: Partial<ServerHttp2Stream>,
  response: ServerResponse | Http2ServerResponse | undefined,
): number | undefined {
  const sent = sentHeaders?.[':status'];
  return sent === undefined ? response && sentStatus(response) : Number(sent);
}
