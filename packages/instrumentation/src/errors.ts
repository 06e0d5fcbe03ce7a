/** For what handlers throw: `@sentrikat/instrumentation/errors`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { types } from 'node:util';

import { headersOfContent } from './errors/answer-headers.ts';
import type { FailedRequest } from './errors/failed-request.ts';
import { answerFailure, answerRefusal, send, statusOf } from './errors/failure-report.ts';

/**
 * For Express 4 and 5, after all routes. An error of the server's becomes an entry of error.log, with stack and causes, and an answer
 * with nothing but an id by which to find it there:
 *
 *     { "error": { "code": "internal", "message": "Something failed on our side.", "id": "5f1c9a0b7d3e2f48" } }
 *
 * Errors with a status below 500, and what is thrown after `response.status(403)`, go on to the next handler, as do all without the preload.
 *
 * @example
 * app.use(expressErrors());
 */
export function expressErrors(): (
  error: unknown,
  request: IncomingMessage & { readonly originalUrl?: string },
  response: ServerResponse,
  next: (error: unknown) => void,
) => void {
  return (error, request, response, next) => {
    const answer = answerFailure(error, request, response.statusCode);
    if (answer === undefined || response.headersSent) next(error);
    else send(response, answer);
  };
}

/** What is used of Fastify's reply. */
export interface FastifyReplyLike {
  readonly statusCode: number;
  code(status: number): FastifyReplyLike;
  header(name: string, value: unknown): FastifyReplyLike;
  removeHeader(name: string): FastifyReplyLike;
  send(payload: unknown): FastifyReplyLike;
}

/**
 * The same for Fastify 5.
 *
 * @example
 * app.setErrorHandler(fastifyErrors());
 */
export function fastifyErrors(): (error: unknown, request: FailedRequest, reply: FastifyReplyLike) => void {
  return (error, request, reply) => {
    const answer = answerFailure(error, request, reply.statusCode);
    // Of what is no error, Fastify takes the status from the reply.
    if (answer === undefined) {
      reply.code(statusOf(error, reply.statusCode)).send(error);
      return;
    }
    for (const name of headersOfContent) reply.removeHeader(name);
    for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
    reply.code(answer.status).send(answer.body);
  };
}

/**
 * The same for a handler of Node's own servers, which would end the process by throwing, and leave the client waiting by rejecting.
 * Errors with a status below 500 are answered with that status, as there is no next handler. Without the preload the handler is left as
 * it is. Servers of HTTP/2 have one as well, through Node's compatibility API.
 *
 * @example
 * http.createServer(httpErrors(async (request, response) => { … }));
 */
export function httpErrors<
  Request extends IncomingMessage | Http2ServerRequest = IncomingMessage,
  Response extends ServerResponse | Http2ServerResponse = ServerResponse,
>(handler: (request: Request, response: Response) => unknown): (request: Request, response: Response) => unknown {
  return (request, response) => {
    const fail = (error: unknown): void => {
      const { statusCode } = response;
      const answer = answerFailure(error, request, statusCode) ?? answerRefusal(error, statusCode);
      if (answer === undefined) throw error;
      if (!response.headersSent) send(response, answer);
      // What has been answered in full stays so.
      else if (!response.writableEnded) breakOff(response);
    };
    try {
      const result = handler(request, response);
      // One of another realm as well; but no query builder and the like, which begin only once they are waited for.
      return types.isPromise(result) ? Promise.resolve(result).catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}

/** So that the client sees that there was to be more. A stream of HTTP/2 that is destroyed without an error ends like one that is whole. */
function breakOff(response: ServerResponse | Http2ServerResponse): void {
  if ('stream' in response) response.stream.close(internalError);
  else response.destroy();
}

/** https://www.rfc-editor.org/rfc/rfc9113#section-7 */
const internalError = 2;
