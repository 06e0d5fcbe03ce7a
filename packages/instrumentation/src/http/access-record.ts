/** One line in access.log for every request. */
import { SeverityNumber } from '@opentelemetry/api';

import type { DerivedRecord } from '../derived-record.ts';
import { formatAccessLine } from './access-line.ts';
import { roundMillis, type CompletedRequest } from './completed-request.ts';
import { requestAttributes } from './request-attributes.ts';

export function accessRecord(request: CompletedRequest): DerivedRecord {
  return {
    concern: 'access',
    severityNumber: SeverityNumber.INFO,
    eventName: 'http.server.request',
    body: formatAccessLine({ ...request, durationMillis: roundMillis(request.durationMillis) }),
    attributes: requestAttributes(request),
    context: request.context,
  };
}
