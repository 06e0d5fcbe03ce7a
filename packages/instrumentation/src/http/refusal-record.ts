/**
 * A request that was refused, for security.log: 401, 403 and 429, whatever framework refused it, and whether or not the client has waited
 * for all of the answer. An application that has said to security.log itself, while it handled the request, what was wrong (WARNING or
 * more) knows better, and is not contradicted.
 */
import type { DerivedRecord } from '../derived-record.ts';
import { originOfRequest } from '../request-origin.ts';
import { eventAttributes, eventBody, severityOf } from '../vocabulary/event-record.ts';
import { eventRow } from '../vocabulary/events.ts';
import { asItIs, type Shown } from '../redaction/composed-body.ts';
import { formatField, maxFieldLength } from './access-line.ts';
import type { CompletedRequest } from './completed-request.ts';
import { requestAttributes } from './request-attributes.ts';

const eventNames: ReadonlyMap<number, string> = new Map([
  [401, 'authz.unauthenticated'],
  [403, 'authz.denied'],
  [429, 'abuse.rate_limited'],
]);

export function refusalRecord(completed: CompletedRequest): DerivedRecord | undefined {
  const status = completed.answerStatus ?? completed.status;
  const eventName = eventNames.get(status);
  const row = eventName === undefined ? undefined : eventRow('security', eventName);
  if (row === undefined || completed.hasSecurityEvent) return undefined;
  const request = { ...completed, status };
  const { user, clientAddress, userAgent, context } = request;
  const origin = { ...originOfRequest(context), userId: user, clientAddress, userAgent };
  const compose = (shown: Shown): string =>
    `${eventBody('security', row, {}, origin, shown)} - ${refusalDetails(request, shown)}`;
  return {
    concern: 'security',
    severityNumber: severityOf(row),
    eventName: row.name,
    get body() {
      return compose(asItIs);
    },
    compose,
    attributes: {
      ...eventAttributes(row, { details: refusalDetails(request, asItIs) }, origin),
      ...requestAttributes(request),
    },
    context,
  };
}

export function refusalDetails(
  { method, route, path, status }: Pick<CompletedRequest, 'method' | 'route' | 'path' | 'status'>,
  shown: Shown,
): string {
  return `${formatField(method)} ${formatField(shown(route ?? path), maxFieldLength)} ${status}`;
}
