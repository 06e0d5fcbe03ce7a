/** A log record as processors take it, made of what needs neither checks nor copies any more. */
import type { AnyValue, Attributes, HrTime, LogRecord, SeverityNumber, SpanContext } from '@opentelemetry/api';
import type { ReadWriteLogRecord } from '@opentelemetry/sdk-logs';

/** What all records of a logger have in common. */
export type RecordOrigin = Pick<ReadWriteLogRecord, 'instrumentationScope' | 'resource'>;

/** The three that are not taken as the application gave them. */
export interface RecordParts {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext: SpanContext | undefined;
  /** Becomes the record's own. */
  readonly attributes: Attributes;
}

export class FastLogRecord implements ReadWriteLogRecord {
  hrTime: HrTime;
  hrTimeObserved: HrTime;
  spanContext: SpanContext;
  readonly resource: RecordOrigin['resource'];
  readonly instrumentationScope: RecordOrigin['instrumentationScope'];
  readonly attributes: Attributes;
  severityText: string;
  severityNumber: SeverityNumber;
  body: AnyValue;
  eventName: string;
  droppedAttributesCount = 0;

  constructor(origin: RecordOrigin, record: LogRecord, parts: RecordParts) {
    this.hrTime = parts.hrTime;
    this.hrTimeObserved = parts.hrTimeObserved;
    // Absent is undefined here: all records have one shape, which makes reading them quick.
    this.spanContext = parts.spanContext!;
    this.resource = origin.resource;
    this.instrumentationScope = origin.instrumentationScope;
    this.attributes = parts.attributes;
    this.severityText = record.severityText!;
    this.severityNumber = record.severityNumber!;
    this.body = record.body;
    this.eventName = record.eventName!;
  }

  /** What a processor adds is not limited: limits are against what applications do by mistake. */
  setAttribute(key: string, value?: AnyValue): this {
    if (value !== undefined) this.attributes[key] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value);
    return this;
  }

  setBody(body: AnyValue): this {
    this.body = body;
    return this;
  }

  setEventName(eventName: string): this {
    this.eventName = eventName;
    return this;
  }

  setSeverityNumber(severityNumber: SeverityNumber): this {
    this.severityNumber = severityNumber;
    return this;
  }

  setSeverityText(severityText: string): this {
    this.severityText = severityText;
    return this;
  }
}
