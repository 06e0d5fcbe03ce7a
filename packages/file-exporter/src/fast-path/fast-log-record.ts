/** A log record as processors take it, made of what needs neither checks nor copies any more. */
import type { AnyValue, Attributes, HrTime, LogRecord, SeverityNumber, SpanContext } from '@opentelemetry/api';
import type { ReadWriteLogRecord } from '@opentelemetry/sdk-logs';

import { objectOf, putAttribute, type AttributeList, type ListedRecord } from '../attribute-list.ts';

/** What all records of a logger have in common. */
export type RecordOrigin = Pick<ReadWriteLogRecord, 'instrumentationScope' | 'resource'>;

/** The three that are not taken as the application gave them. */
export interface RecordParts {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext: SpanContext | undefined;
  /** Becomes the record's own. */
  readonly attributeList: AttributeList;
}

export class FastLogRecord implements ReadWriteLogRecord, ListedRecord {
  hrTime: HrTime;
  hrTimeObserved: HrTime;
  spanContext: SpanContext;
  readonly resource: RecordOrigin['resource'];
  readonly instrumentationScope: RecordOrigin['instrumentationScope'];
  attributeList: AttributeList | undefined;
  severityText: string;
  severityNumber: SeverityNumber;
  body: AnyValue;
  eventName: string;
  droppedAttributesCount = 0;
  #attributes: Attributes | undefined;

  constructor(origin: RecordOrigin, record: LogRecord, parts: RecordParts) {
    this.hrTime = parts.hrTime;
    this.hrTimeObserved = parts.hrTimeObserved;
    // Absent is undefined here: all records have one shape, which makes reading them quick.
    this.spanContext = parts.spanContext!;
    this.resource = origin.resource;
    this.instrumentationScope = origin.instrumentationScope;
    this.attributeList = parts.attributeList;
    this.severityText = record.severityText!;
    this.severityNumber = record.severityNumber!;
    this.body = record.body;
    this.eventName = record.eventName!;
  }

  /** Who has it may change it, so it takes the place of the list. */
  get attributes(): Attributes {
    if (this.attributeList !== undefined) {
      this.#attributes = objectOf(this.attributeList);
      this.attributeList = undefined;
    }
    return this.#attributes!;
  }

  /** What a processor adds is not limited: limits are against what applications do by mistake. */
  setAttribute(key: string, value?: AnyValue): this {
    if (value !== undefined) putAttribute(this, key, value);
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
