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
    // Also for the SDK: a getter is read once.
    const copy = record.attributes === undefined ? {} : shallowCopy(record.attributes);
    const attributes = this.#keptOf(copy);
    if (hrTime === undefined || hrTimeObserved === undefined || record.exception != null || attributes === undefined) {
      this.#logger.emit({ ...record, attributes: copy });
    } else if (this.#origin === undefined) {
      this.#origin = this.#path.originOf(this.#logger, { ...record, attributes });
    } else {
      const spanContext = validSpanContextOf(recordContext);
      const parts = { hrTime, hrTimeObserved, spanContext, attributes };
      this.#path.onEmit(new FastLogRecord(this.#origin, record, parts), recordContext);
    }
  }

  /** The context is told, as each question for the active one costs as much as all else here. */
  #isWanted({ severityNumber, eventName }: LogRecord, recordContext: Context): boolean {
    const options = { context: recordContext, severityNumber, eventName };
    return this.#logger.enabled(options as Parameters<Logger['enabled']>[0]);
  }

  /** What the SDK would keep of them: all but what is undefined. Undefined itself where it would change one, or drop another. */
  #keptOf(attributes: Attributes): Attributes | undefined {
    const { attributeCountLimit, attributeValueLengthLimit } = this.#limits;
    const keys = Object.keys(attributes);
    let count = 0;
    for (const key of keys) {
      const value = attributes[key];
      if (value === undefined) continue;
      const isKept =
        typeof value === 'string'
          ? value.length <= attributeValueLengthLimit
          : typeof value === 'number' || typeof value === 'boolean';
      if (!isKept || key === '') return undefined;
      count++;
    }
    if (count > attributeCountLimit) return undefined;
    return count === keys.length ? attributes : definedOf(attributes, keys);
  }
}

/** Not by `delete`, after which V8 reads the object as it would a map. */
function definedOf(attributes: Attributes, keys: readonly string[]): Attributes {
  const defined: Attributes = {};
  for (const key of keys) {
    const value = attributes[key];
    if (value !== undefined) defined[key] = value;
  }
  return defined;
}

/**
 * Without `__proto__`, of which the SDK would make the prototype. Not `{ ...object }`, which takes V8 four times as long where it
 * has seen more than four shapes of objects.
 */
function shallowCopy(object: Attributes): Attributes {
  if (!Object.hasOwn(object, '__proto__')) return Object.assign({}, object);
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== '__proto__'));
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

function millisToHrTime(millis: number): HrTime {
  return [Math.trunc(millis / 1000), Math.round((millis % 1000) * 1e6)];
}
