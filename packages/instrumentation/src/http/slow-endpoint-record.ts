/**
 * A request that took longer than a threshold, for performance.log.
 *
 * The rows are ordered from the slowest, and the first whose threshold is exceeded (not merely reached) speaks.
 */
import { SeverityNumber } from '@opentelemetry/api';

import type { DerivedRecord } from '../derived-record.ts';
import { asItIs, type Shown } from '../redaction/composed-body.ts';
import { formatField, maxFieldLength } from './access-line.ts';
import { roundMillis, type CompletedRequest } from './completed-request.ts';
import { requestAttributes } from './request-attributes.ts';

export interface EndpointThresholds {
  readonly slowMillis: number;
  readonly verySlowMillis: number;
}

const endpointAttribute = 'sentrikat.endpoint';

const rows = [
  {
    threshold: 'verySlowMillis',
    label: 'VERY SLOW',
    severityNumber: SeverityNumber.WARN,
    eventName: 'performance.endpoint.very_slow',
  },
  {
    threshold: 'slowMillis',
    label: 'SLOW',
    severityNumber: SeverityNumber.INFO,
    eventName: 'performance.endpoint.slow',
  },
] as const satisfies readonly { threshold: keyof EndpointThresholds; [column: string]: unknown }[];

export function slowEndpointRecord(
  request: CompletedRequest,
  thresholds: EndpointThresholds,
): DerivedRecord | undefined {
  const row = rows.find(({ threshold }) => request.durationMillis > thresholds[threshold]);
  if (row === undefined) return undefined;
  const endpointAs = (shown: Shown): string =>
    `${formatField(request.method)} ${formatField(shown(request.route ?? request.path), maxFieldLength)}`;
  const compose = (shown: Shown): string =>
    `${row.label}: ${endpointAs(shown)} took ${roundMillis(request.durationMillis).toFixed(2)}ms`;
  return {
    concern: 'performance',
    severityNumber: row.severityNumber,
    eventName: row.eventName,
    get body() {
      return compose(asItIs);
    },
    compose,
    attributes: { ...requestAttributes(request), [endpointAttribute]: endpointAs(asItIs) },
    context: request.context,
  };
}
