/**
 * A completed request in the words of the semantic conventions, for the log records about it.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_URL_PATH,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';

import { userIdAttribute } from '../user.ts';
import { maxFieldLength, maxNameLength } from './access-line.ts';
import { roundMillis, type CompletedRequest } from './completed-request.ts';
import { semanticMethod } from './semantic-method.ts';

const durationAttribute = 'sentrikat.duration_ms';

export function requestAttributes(request: CompletedRequest): Attributes {
  const method = request.method === '' ? undefined : semanticMethod(request.method);
  return {
    [ATTR_HTTP_REQUEST_METHOD]: method,
    [ATTR_HTTP_REQUEST_METHOD_ORIGINAL]: method === '_OTHER' ? cut(request.method, maxNameLength) : undefined,
    [ATTR_URL_PATH]: request.path === '' ? undefined : cut(request.path, maxFieldLength),
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: request.status,
    [ATTR_HTTP_ROUTE]: request.route,
    [ATTR_CLIENT_ADDRESS]: request.clientAddress,
    [ATTR_USER_AGENT_ORIGINAL]: cut(request.userAgent, maxFieldLength),
    [ATTR_NETWORK_PROTOCOL_VERSION]: request.protocolVersion,
    [userIdAttribute]: cut(request.user, maxNameLength),
    [durationAttribute]: roundMillis(request.durationMillis),
  };
}

function cut(value: string | undefined, maxLength: number): string | undefined {
  return value !== undefined && value.length > maxLength
    ? `${value.slice(0, maxLength)}...[cut, ${value.length} characters]`
    : value;
}
