/**
 * A way past the SDK's record for those that it would leave as they are, which are most: the SDK looks at every attribute through six
 * functions, and so takes longer than formatting the record and writing its line.
 *
 *     const fastPath = new FastPath([new FileLogRecordProcessor({ directory })]);
 *     const provider = new LoggerProvider({ processors: [fastPath] });
 *     logs.setGlobalLoggerProvider(fastPath.through(provider));
 *
 * The SDK stays in charge: it says whether a record is wanted, makes the first record of every logger, from which the path learns
 * the scope and the resource, and each that has more to it: an attribute that is neither text, number, boolean nor undefined, an
 * exception, a time that is none, more attributes or longer values than its limits allow.
 */
import {
  context,
  isSpanContextValid,
  trace,
  type AnyValue,
  type Attributes,
  type Context,
  type HrTime,
  type Logger,
  type LoggerProvider,
  type LogRecord,
  type SpanContext,
  type TimeInput,
} from '@opentelemetry/api';
import type { LogRecordLimits, LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';

import { objectOf, type AttributeList } from '../attribute-list.ts';
import { FastLogRecord, type RecordOrigin } from './fast-log-record.ts';

/** The SDK's own: https://opentelemetry.io/docs/specs/otel/common/#configurable-parameters */
const defaultAttributeCountLimit = 128;

export class FastPath implements LogRecordProcessor {
  readonly #processors: readonly LogRecordProcessor[];
  readonly #limits: Required<LogRecordLimits>;
  readonly #loggers = new WeakMap<Logger, Logger>();
  #question: { origin?: RecordOrigin } | undefined;

  /** `limits` are those of the provider, where it has others than the SDK's. */
  constructor(processors: readonly LogRecordProcessor[], limits: LogRecordLimits = {}) {
    this.#processors = processors;
    this.#limits = {
      attributeCountLimit: limits.attributeCountLimit ?? defaultAttributeCountLimit,
      attributeValueLengthLimit: limits.attributeValueLengthLimit ?? Infinity,
    };
  }

  /** `provider`, which must have this path for its only processor, with loggers that take it. */
  through(provider: LoggerProvider): LoggerProvider {
    return { getLogger: (...scope) => this.#loggerThrough(provider.getLogger(...scope)) };
  }

  enabled(options: Parameters<NonNullable<LogRecordProcessor['enabled']>>[0]): boolean {
    for (const processor of this.#processors) if (processor.enabled?.(options) ?? true) return true;
    return false;
  }

  onEmit(record: ReadWriteLogRecord, recordContext?: Context): void {
    if (this.#question !== undefined) {
      const { resource, instrumentationScope } = record;
      this.#question.origin = { resource, instrumentationScope };
      this.#question = undefined;
    }
    for (const processor of this.#processors) processor.onEmit(record, recordContext);
  }

  async forceFlush(...options: Parameters<LogRecordProcessor['forceFlush']>): Promise<void> {
    await Promise.all(this.#processors.map((processor) => processor.forceFlush(...options)));
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#processors.map((processor) => processor.shutdown()));
  }

  #loggerThrough(logger: Logger): Logger {
    const known = this.#loggers.get(logger);
    if (known !== undefined) return known;
    const fast = new FastLogger(logger, this, this.#limits);
    this.#loggers.set(logger, fast);
    return fast;
  }

  /** Has the SDK emit the record, and says where it comes from; nothing where the SDK emits none. */
  originOf(logger: Logger, record: LogRecord): RecordOrigin | undefined {
    const question: { origin?: RecordOrigin } = {};
    this.#question = question;
    try {
      logger.emit(record);
    } finally {
      this.#question = undefined;
    }
    return question.origin;
  }
}

class FastLogger implements Logger {
  readonly #logger: Logger;
  readonly #path: FastPath;
  readonly #limits: Required<LogRecordLimits>;
  #origin: RecordOrigin | undefined;

  constructor(logger: Logger, path: FastPath, limits: Required<LogRecordLimits>) {
    this.#logger = logger;
    this.#path = path;
    this.#limits = limits;
  }

  enabled(...options: Parameters<Logger['enabled']>): boolean {
    return this.#logger.enabled(...options);
  }

  emit(record: LogRecord): void {
    const recordContext = record.context ?? context.active();
    if (!this.#isWanted(record, recordContext)) return;
    const now = millisToHrTime(Date.now());
    const hrTime = hrTimeOf(record.timestamp, now);
    const hrTimeObserved = hrTimeOf(record.observedTimestamp, now);
    const { list, isKept } = read(record.attributes, this.#limits);
    if (hrTime === undefined || hrTimeObserved === undefined || record.exception != null || !isKept) {
      // What was read: a getter is read once.
      this.#logger.emit({ ...record, attributes: objectOf(list) });
    } else if (this.#origin === undefined) {
      this.#origin = this.#path.originOf(this.#logger, { ...record, attributes: objectOf(list) });
    } else {
      const spanContext = validSpanContextOf(recordContext);
      const parts = { hrTime, hrTimeObserved, spanContext, attributeList: list };
      this.#path.onEmit(new FastLogRecord(this.#origin, record, parts), recordContext);
    }
  }

  /** The context is told, as each question for the active one costs as much as all else here. */
  #isWanted({ severityNumber, eventName }: LogRecord, recordContext: Context): boolean {
    const options = { context: recordContext, severityNumber, eventName };
    return this.#logger.enabled(options as Parameters<Logger['enabled']>[0]);
  }
}

interface ReadAttributes {
  readonly list: AttributeList;
  /** Whether the SDK would keep all of them as they are. */
  readonly isKept: boolean;
}

/** Without what is undefined, as the SDK, and without `__proto__`, of which the SDK would make the prototype. */
function read(attributes: Attributes = {}, limits: Required<LogRecordLimits>): ReadAttributes {
  let keys = Object.keys(attributes);
  let values: AnyValue[] = [];
  let isKept = true;
  let hasOthers = false;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    const value = attributes[key];
    values.push(value);
    if (value === undefined || key === '__proto__') hasOthers = true;
    else isKept &&= isScalarWithin(value, limits.attributeValueLengthLimit) && key !== '';
  }
  if (hasOthers) {
    const kept = keys.map((key, index) => values[index] !== undefined && key !== '__proto__');
    keys = keys.filter((...[, index]) => kept[index]);
    values = values.filter((...[, index]) => kept[index]);
  }
  return { list: { keys, values }, isKept: isKept && keys.length <= limits.attributeCountLimit };
}

function isScalarWithin(value: AnyValue, mostCharacters: number): boolean {
  if (typeof value === 'string') return value.length <= mostCharacters;
  return typeof value === 'number' || typeof value === 'boolean';
}

function validSpanContextOf(recordContext: Context): SpanContext | undefined {
  const spanContext = trace.getSpanContext(recordContext);
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
}

/** As the SDK reads a time; undefined where that needs more than arithmetic. */
function hrTimeOf(time: TimeInput | undefined | null, now: HrTime): HrTime | undefined {
  if (time === undefined || time === null) return now;
  if (typeof time === 'number') return time > performance.timeOrigin ? millisToHrTime(time) : undefined;
  if (time instanceof Date) return millisToHrTime(time.getTime());
  return isHrTime(time) ? time : undefined;
}

function isHrTime(time: unknown): time is HrTime {
  return Array.isArray(time) && time.length === 2 && typeof time[0] === 'number' && typeof time[1] === 'number';
}

/** For whole milliseconds, as those of the clock, without `%`, which of floating-point numbers is a call. */
function millisToHrTime(millis: number): HrTime {
  const seconds = Math.trunc(millis / 1000);
  const isWhole = millis >= 0 && Number.isInteger(millis);
  return [seconds, isWhole ? (millis - seconds * 1000) * 1e6 : Math.round((millis % 1000) * 1e6)];
}
