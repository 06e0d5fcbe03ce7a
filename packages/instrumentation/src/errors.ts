/** For what handlers throw: `@sentrikat/instrumentation/errors`. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import { answerFailure, send, type FailedRequest } from './errors/failure-report.ts';

/**
 * For Express 4 and 5, after all routes. An error of the server's becomes an entry of error.log, with stack and causes, and an answer
 * with nothing but an id by which to find it there:
 *
 *     { "error": { "code": "internal", "message": "Something failed on our side.", "id": "5f1c9a0b7d3e2f48" } }
 *
 * Errors with a status below 500 go on to the next handler, as do all of them without the preload.
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
    const answer = answerFailure(error, { method: request.method, url: request.originalUrl ?? request.url });
    if (answer === undefined || response.headersSent) next(error);
    else send(response, answer);
  };
}

/** What is used of Fastify's reply. */
export interface FastifyReplyLike {
  code(status: number): FastifyReplyLike;
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
    const answer = answerFailure(error, request);
    if (answer === undefined) reply.send(error);
    else reply.code(answer.status).send(answer.body);
  };
}

/**
 * The same for a handler of Node's own servers, which would end the process by throwing, and leave the client waiting by rejecting.
 * Without the preload the handler is left as it is.
 *
 * @example
 * http.createServer(httpErrors(async (request, response) => { … }));
 */
export function httpErrors<Request extends IncomingMessage, Response extends ServerResponse>(
  handler: (request: Request, response: Response) => unknown,
): (request: Request, response: Response) => unknown {
  return (request, response) => {
    const fail = (error: unknown): void => {
      const answer = answerFailure(error, request);
      if (answer === undefined) throw error;
      if (response.headersSent) response.destroy();
      else send(response, answer);
    };
    try {
      const result = handler(request, response);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}
