/**
 * A request that a check against forgery has refused, for security.log: once, in place of the record that every refusal has, and with what
 * that one says. An application that has told what was wrong itself is not contradicted.
 */
import { SeverityNumber, type LogRecord } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
} from '@opentelemetry/semantic-conventions';

import { maxFieldLength } from '../http/access-line.ts';
import { quietly } from '../http/quietly.ts';
import { refusalDetails } from '../http/refusal-record.ts';
import { semanticMethod } from '../http/semantic-method.ts';
import { ownLogger } from '../own-logger.ts';
import { asItIs, composed, type Shown } from '../redaction/composed-body.ts';
import { hasSecurityEvent, noteSecurityEvent, originOfRequest } from '../request-origin.ts';
import { eventAttributes, eventBody, severityOf } from '../vocabulary/event-record.ts';
import { eventRow } from '../vocabulary/events.ts';
import { methodAndPath, routeOf, type FailedRequest } from './failed-request.ts';

/** A router's handler and then the application's may both see the error. */
const told = new WeakSet<FailedRequest>();

/** `status` is what the request is refused with. */
export function tellOfForgery(request: FailedRequest, status: number): void {
  if (told.has(request) || hasSecurityEvent()) return;
  told.add(request);
  quietly('a forged request', () => {
    const record = forgeryRecord(request, status);
    if (record !== undefined) ownLogger('security').emit(record);
    noteSecurityEvent();
  });
}

function forgeryRecord(request: FailedRequest, status: number): LogRecord | undefined {
  const row = eventRow('security', 'abuse.csrf_failure');
  if (row === undefined) return undefined;
  const origin = originOfRequest();
  const { method, path } = methodAndPath(request);
  const route = routeOf(request);
  const details = (shown: Shown): string => refusalDetails({ method, route, path, status }, shown);
  const compose = (shown: Shown): string => `${eventBody('security', row, {}, origin, shown)} - ${details(shown)}`;
  const record = {
    eventName: row.name,
    severityNumber: severityOf(row),
    severityText: SeverityNumber[severityOf(row)],
    body: compose(asItIs),
    attributes: {
      ...eventAttributes(row, { details: details(asItIs) }, origin),
      [ATTR_HTTP_REQUEST_METHOD]: semanticMethod(method),
      [ATTR_URL_PATH]: path.slice(0, maxFieldLength),
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
      [ATTR_HTTP_ROUTE]: route,
    },
  };
  return composed(record, compose);
}
