/** One line in access.log for every request. */
import { SeverityNumber, type Attributes, type Context } from '@opentelemetry/api';

import type { DerivedRecord } from '../derived-record.ts';
import { asItIs, type Shown } from '../redaction/composed-body.ts';
import { formatAccessLine } from './access-line.ts';
import type { CompletedRequest } from './completed-request.ts';
import { requestAttributes } from './request-attributes.ts';

export function accessRecord(request: CompletedRequest): DerivedRecord {
  return new AccessRecord(request);
}

/** A class for the sake of what is made when it is asked for: of most requests nobody asks for the attributes. */
class AccessRecord implements DerivedRecord {
  readonly concern = 'access';
  readonly severityNumber = SeverityNumber.INFO;
  readonly eventName = 'http.server.request';
  readonly context: Context;
  readonly #request: CompletedRequest;

  constructor(request: CompletedRequest) {
    this.context = request.context;
    this.#request = request;
  }

  get body(): string {
    return this.compose(asItIs);
  }

  compose(shown: Shown): string {
    return formatAccessLine(this.#request, shown);
  }

  get attributes(): Attributes {
    return requestAttributes(this.#request);
  }
}
