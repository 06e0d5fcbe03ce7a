/** All that is said about one request. A new derivation is one function and one row. */
import type { DerivedRecord } from '../derived-record.ts';
import { accessRecord } from './access-record.ts';
import type { CompletedRequest } from './completed-request.ts';
import { refusalRecord } from './refusal-record.ts';
import { slowEndpointRecord, type EndpointThresholds } from './slow-endpoint-record.ts';

type Derivation = (request: CompletedRequest, thresholds: EndpointThresholds) => DerivedRecord | undefined;

const derivations: readonly Derivation[] = [accessRecord, refusalRecord, slowEndpointRecord];

export function requestRecords(request: CompletedRequest, thresholds: EndpointThresholds): DerivedRecord[] {
  return derivations.map((derive) => derive(request, thresholds)).filter((record) => record !== undefined);
}
