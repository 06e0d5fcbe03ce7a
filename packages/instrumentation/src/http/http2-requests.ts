/**
 * Requests over HTTP/2, with and without TLS, through the stream API and through Node's compatibility API.
 *
 * Both begin with the server's `stream` event, and inside it the compatibility API emits `request` (which the observer
 * of HTTP/1 requests sees). Frames that nghttp2 refuses never become a stream and leave no line.
 */
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';

import type { OpenRequest, OpenRequests } from './open-requests.ts';
import { peerOf, type Peer } from './peer-address.ts';
import { quietly } from './quietly.ts';
import { pathOfTarget } from './request-target.ts';
import { runHandler } from './run-handler.ts';
import type { EmitEvent, EventArguments, ServerEventObserver } from './server-events.ts';
import { clientClosedRequest } from './unfinished-status.ts';

export function observeHttp2(requests: OpenRequests): Readonly<Record<string, ServerEventObserver>> {
  /**
   * Every stream of a session has the same peer, asking a session for its socket makes a proxy, and the peer must be asked for at once.
   */
  const peers = new WeakMap<Http2Session, Peer>();

  return { session: onSession, stream: onStream };

  function onSession(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const [, session] = args as [string, Http2Session | undefined];
    if (session?.socket !== undefined) peerOfSession(session);
    return emit.apply(server, args);
  }

  function peerOfSession(session: Http2Session): Peer {
    return quietly('a peer', () => {
      if (!peers.has(session)) peers.set(session, peerOf(session.socket));
      return peers.get(session);
    });
  }

  function onStream(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const [, stream, headers] = args as [string, ServerHttp2Stream, IncomingHttpHeaders];
    const request = quietly('an HTTP/2 request', () => open(stream, headers));
    if (request === undefined) return emit.apply(server, args);
    return runHandler(request, requests.startSpan(request, headers, [stream]), emit, server, args);
  }

  /** Nothing for the `stream` event of another kind of server, and for one that a server hands on to another. */
  function open(
    stream: ServerHttp2Stream | undefined,
    headers: IncomingHttpHeaders | undefined,
  ): OpenRequest | undefined {
    if (stream?.session === undefined || headers?.[':method'] === undefined) return undefined;
    if (requests.find(stream) !== undefined) return undefined;
    const { session } = stream;
    const request = requests.open(stream, {
      method: headers[':method'],
      path: pathOfTarget(headers[':path'] ?? headers[':authority'] ?? ''),
      scheme: headers[':scheme'] ?? (session.encrypted === true ? 'https' : 'http'),
      peer: peerOfSession(session),
      userAgent: headers['user-agent'],
      protocolVersion: '2',
    });
    stream.once('close', () => requests.completeUnfinished(request, statusOf(stream, session, request)));
    return request;
  }
}

/**
 * What was sent, where all of it was. Otherwise the reset code tells the sides apart as well as HTTP/2 does: a client
 * that goes away cancels the stream or just closes the connection, for which Node says CANCEL too.
 *
 * No one fact says "all": a response from a file counts as finished while it is being sent, one that ended before the
 * client cancelled it does not count as aborted, and a session may be destroyed with what it was to send.
 */
function statusOf(stream: ServerHttp2Stream, session: Http2Session, request: OpenRequest): number {
  const { rstCode, sentHeaders } = stream;
  const sent = sentHeaders?.[':status'];
  if (sent !== undefined && !stream.aborted && rstCode === noError && stream.writableFinished) return Number(sent);
  if (request.hasThrown) return 500;
  return rstCode === cancel || (rstCode === noError && !session.destroyed) ? clientClosedRequest : 500;
}

/** https://www.rfc-editor.org/rfc/rfc9113#section-7 */
const [noError, cancel] = [0, 8];
