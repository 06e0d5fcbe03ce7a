/** One line in access.log for every request. */
import { SeverityNumber, type Attributes, type Context } from '@opentelemetry/api';

import type { DerivedRecord } from '../derived-record.ts';
import { formatAccessLine } from './access-line.ts';
import type { CompletedRequest } from './completed-request.ts';
import { requestAttributes } from './request-attributes.ts';

export function accessRecord(request: CompletedRequest): DerivedRecord {
  return new AccessRecord(request);
}

/** A class for the sake of its attributes, which are made when they are asked for: of most requests nobody asks. */
class AccessRecord implements DerivedRecord {
  readonly concern = 'access';
  readonly severityNumber = SeverityNumber.INFO;
  readonly eventName = 'http.server.request';
  readonly body: string;
  readonly context: Context;
  readonly #request: CompletedRequest;

  constructor(request: CompletedRequest) {
    this.body = formatAccessLine(request);
    this.context = request.context;
    this.#request = request;
  }

  get attributes(): Attributes {
    return requestAttributes(this.#request);
  }
}
