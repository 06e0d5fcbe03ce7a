/** What a source (a request, a query, a process event) hands to the pipeline: pure data, not yet a LogRecord. */
import type { Attributes, Context, SeverityNumber, TimeInput } from '@opentelemetry/api';
import type { ConcernName } from '@sentrikat/file-exporter';

import type { Compose } from './redaction/composed-body.ts';

export interface DerivedRecord {
  readonly concern: ConcernName;
  readonly severityNumber: SeverityNumber;
  /** Low cardinality; see the event names of each concern. */
  readonly eventName?: string;
  /** The message as it stands in a text log. */
  readonly body: string;
  /** How the body comes about, where a client has chosen some of its fields. */
  readonly compose?: Compose;
  /** Asked for only where somebody will read them. */
  readonly attributes: Attributes;
  /** When it happened; default now. */
  readonly timestamp?: TimeInput;
  /** Carries the trace the record belongs to; default the active context. */
  readonly context?: Context;
}

export type Emit = (record: DerivedRecord) => void;
