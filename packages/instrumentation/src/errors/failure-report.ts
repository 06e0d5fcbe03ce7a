/** What a handler has thrown: into error.log with all that is known, and to the client with nothing but an id to ask after. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

import { SeverityNumber, type Logger } from '@opentelemetry/api';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_URL_PATH,
} from '@opentelemetry/semantic-conventions';

import { formatField, maxFieldLength } from '../http/access-line.ts';
import { asItIs, composed, type Shown } from '../redaction/composed-body.ts';
import { semanticMethod } from '../http/semantic-method.ts';
import { ownLogger } from '../own-logger.ts';
import { exceptionAttributes } from '../process/exception-attributes.ts';
import { codeAttributes } from '../process/stack-frame.ts';
import { answerHeaders, headersOfContent, type AnswerHeaders } from './answer-headers.ts';
import { methodAndPath, type FailedRequest } from './failed-request.ts';
import { tellOfForgery } from './forgery.ts';

/** What the client gets. */
export interface FailureAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: {
    readonly error: { readonly code: 'internal' | 'refused'; readonly message: string; readonly id?: string };
  };
}

/** The error that each request was last reported for: a router's handler and then the application's may both see it. */
const reported = new WeakMap<FailedRequest, { readonly error: unknown; readonly answer: FailureAnswer }>();

/**
 * `prepared`: the status that the response has by now. Undefined for what is not ours to answer: refusals, which are the client's (4xx),
 * and all while nobody records, as then the error would be gone.
 */
export function answerFailure(error: unknown, request: FailedRequest, prepared: number): FailureAnswer | undefined {
  const status = statusOf(error, prepared);
  if (isCsrfError(error)) tellOfForgery(request, status);
  if (status < 500) return undefined;
  const known = reported.get(request);
  if (known !== undefined && Object.is(known.error, error)) return known.answer;
  const logger = ownLogger('error');
  if (!isRecording(logger)) return undefined;
  const id = randomBytes(8).toString('hex');
  report(logger, error, request, id);
  const body = { error: { code: 'internal', message: 'Something failed on our side.', id } } as const;
  const answer = { status, headers: answerHeaders(saidHeaders(error)), body };
  reported.set(request, { error, answer });
  return answer;
}

/** For a refusal that nobody else answers. Undefined for what is none, and while nobody records. */
export function answerRefusal(error: unknown, prepared: number): FailureAnswer | undefined {
  const status = statusOf(error, prepared);
  if (status >= 500 || !isRecording(ownLogger('error'))) return undefined;
  const body = { error: { code: 'refused', message: 'The request was refused.' } } as const;
  return { status, headers: answerHeaders(saidHeaders(error)), body };
}

function isRecording(logger: Logger): boolean {
  return logger.enabled({ severityNumber: SeverityNumber.ERROR });
}

/** By Node's own means, which every framework has below it. */
export function send(response: ServerResponse | Http2ServerResponse, { status, headers, body }: FailureAnswer): void {
  for (const name of headersOfContent) response.removeHeader(name);
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const text = JSON.stringify(body);
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}

function report(logger: Logger, error: unknown, request: FailedRequest, id: string): void {
  const { method, path } = methodAndPath(request);
  const exception = exceptionAttributes(error);
  const message = `${exception[ATTR_EXCEPTION_TYPE]}: ${exception[ATTR_EXCEPTION_MESSAGE]}`;
  const compose = (shown: Shown): string =>
    `${formatField(method)} ${formatField(shown(path), maxFieldLength)} failed (${id}): ${shown(message)}`;
  const record = {
    eventName: 'exception',
    severityNumber: SeverityNumber.ERROR,
    severityText: 'ERROR',
    body: compose(asItIs),
    attributes: {
      ...codeAttributes(exception[ATTR_EXCEPTION_STACKTRACE]),
      ...exception,
      [ATTR_HTTP_REQUEST_METHOD]: semanticMethod(method),
      [ATTR_URL_PATH]: path.slice(0, maxFieldLength),
      'error.id': id,
    },
  };
  logger.emit(composed(record, compose));
}

/**
 * Errors of http-errors, Express and Fastify carry it under one of these names. As in both frameworks, of others it is what
 * the handler had set before it threw: `response.status(403)`.
 */
export function statusOf(error: unknown, prepared: number): number {
  const { status, statusCode } = propertiesOf(error);
  return [status, statusCode, prepared].find(isStatusOfError) ?? 500;
}

function isStatusOfError(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599;
}

/** As in both frameworks, it is an error with a status that says something of the answer. */
function saidHeaders(error: unknown): unknown {
  const { headers, status, statusCode } = propertiesOf(error);
  return isStatusOfError(status) || isStatusOfError(statusCode) ? headers : undefined;
}

/** Of csurf and csrf-csrf, and of @fastify/csrf-protection. */
const csrfCodes: ReadonlySet<unknown> = new Set(['EBADCSRFTOKEN', 'FST_CSRF_INVALID_TOKEN', 'FST_CSRF_MISSING_SECRET']);

function isCsrfError(error: unknown): boolean {
  return csrfCodes.has(propertiesOf(error)['code']);
}

/** Anything can be thrown, and throw again when it is read. */
function propertiesOf(error: unknown): Record<string, unknown> {
  try {
    const { code, headers, status, statusCode } = Object(error) as Record<string, unknown>;
    return { code, headers, status, statusCode };
  } catch {
    return {};
  }
}
