/**
 * Requests over HTTP/2, with and without TLS, through the stream API and through Node's compatibility API.
 *
 * Both begin with the server's `stream` event, and inside it the compatibility API emits `request` (which the observer
 * of HTTP/1 requests sees). Frames that nghttp2 refuses never become a stream and leave no line.
 */
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';

import { diag, type Context } from '@opentelemetry/api';

import type { OpenRequest, OpenRequests } from './open-requests.ts';
import { peerAddress } from './peer-address.ts';
import { pathOfTarget } from './request-target.ts';
import { runHandler } from './run-handler.ts';
import type { EmitEvent, EventArguments, ServerEventObserver } from './server-events.ts';
import { runListenersIn } from './server-span.ts';
import { clientClosedRequest } from './unfinished-status.ts';

export function observeHttp2(requests: OpenRequests): Readonly<Record<string, ServerEventObserver>> {
  /** Every stream of a session has the same peer, and asking a session for its socket makes a proxy. */
  const clientAddresses = new WeakMap<Http2Session, string | undefined>();

  return { stream: onStream };

  function onStream(emit: EmitEvent, server: Server, args: EventArguments): boolean {
    const begun = begin(args[1] as ServerHttp2Stream, args[2] as IncomingHttpHeaders);
    return begun === undefined ? emit.apply(server, args) : runHandler(...begun, emit, server, args);
  }

  function begin(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): [OpenRequest, Context] | undefined {
    try {
      if (stream.session === undefined || headers[':method'] === undefined) return undefined;
      const request = requests.open(stream, {
        method: headers[':method'],
        path: pathOfTarget(headers[':path'] ?? headers[':authority'] ?? ''),
        scheme: headers[':scheme'] ?? (stream.session.encrypted === true ? 'https' : 'http'),
        clientAddress: addressOf(stream.session),
        userAgent: headers['user-agent'],
        protocolVersion: '2',
      });
      const { context } = requests.startSpan(request, headers);
      stream.once('close', () => requests.complete(request, statusOf(stream, request)));
      runListenersIn(context, stream);
      return [request, context];
    } catch (error) {
      diag.error('an HTTP/2 request could not be observed', error);
      return undefined;
    }
  }

  function addressOf(session: Http2Session): string | undefined {
    if (!clientAddresses.has(session)) clientAddresses.set(session, peerAddress(session.socket.remoteAddress));
    return clientAddresses.get(session);
  }
}

/**
 * What was sent, where the response was completed. Otherwise the reset code tells the sides apart as well as HTTP/2 does:
 * a client that goes away cancels the stream or just closes the connection.
 */
function statusOf(stream: ServerHttp2Stream, request: OpenRequest): number {
  const sent = stream.sentHeaders?.[':status'];
  if (!stream.aborted && sent !== undefined) return Number(sent);
  if (request.hasThrown) return 500;
  return clientResetCodes.has(stream.rstCode) ? clientClosedRequest : 500;
}

/** NO_ERROR and CANCEL, https://www.rfc-editor.org/rfc/rfc9113#section-7 */
const clientResetCodes = new Set<number | undefined>([0, 8, undefined]);
