/**
 * What an application has told its logger, as an OpenTelemetry log record. Pure, but for the application's own getters and
 * `toJSON`, which run here and never later.
 *
 * The field `concern` says which file the record is for, on a call or on a child logger. It may also be a word of the
 * application's own; so only the name of one of the seven is taken as such, and anything else stays the field that it was.
 * Who means it beyond doubt says `sentrikat.concern`, where a wrong name is reported.
 */
import type { AnyValue, Context, LogRecord, SeverityNumber, TimeInput } from '@opentelemetry/api';
import { concernAttribute, concerns } from '@sentrikat/file-exporter';

import { exceptionAttributes } from '../process/exception-attributes.ts';
import { asJson, type Json } from '../redaction/json.ts';

export interface Logged {
  readonly severityNumber: SeverityNumber;
  /** The level as the logger calls it. */
  readonly severityText?: string | undefined;
  readonly body: unknown;
  readonly fields?: object;
  /** An error, or what a serializer has made of one. */
  readonly error?: unknown;
  /** Default now. */
  readonly timestamp?: TimeInput | undefined;
  /** Default the active one. */
  readonly context?: Context | undefined;
}

type Fields = Record<string, AnyValue>;

const concernField = 'concern';
const eventNameField = 'otel.event.name';
/** What the upstream instrumentations add to a line for people; the record has a place of its own for it. */
const correlationFields = ['trace_id', 'span_id', 'trace_flags'] as const;

const concernNames: ReadonlySet<unknown> = new Set(concerns.map(({ name }) => name));

export function bridgedRecord({ body, fields, error, ...logged }: Logged): LogRecord {
  const { [eventNameField]: eventName, ...named } = asJson(fields ?? {}) as Fields;
  const attributes = without(named, correlationFields);
  const concern = concernOf(attributes);
  return {
    severityNumber: logged.severityNumber,
    body: bodyOf(asJson(body), attributes),
    // Those that matter come first: the SDK drops what exceeds its limit from the end.
    attributes: { ...concern, ...exceptionOf(error, attributes), ...attributes },
    ...(logged.severityText === undefined ? {} : { severityText: logged.severityText }),
    ...(typeof eventName === 'string' ? { eventName } : {}),
    ...(logged.timestamp === undefined ? {} : { timestamp: logged.timestamp }),
    ...(logged.context === undefined ? {} : { context: logged.context }),
  };
}

/** Without a message it is the fields that say something: in a text file they are nowhere else. */
function bodyOf(message: Json | undefined, fields: Fields): AnyValue {
  const isSilent = message === undefined || message === null || message === '';
  return (isSilent && Object.keys(fields).length > 0 ? fields : message) as AnyValue;
}

/** Takes the field away where it has become the attribute. */
function concernOf(attributes: Fields): Fields {
  const concern = attributes[concernField];
  if (!concernNames.has(concern)) return {};
  delete attributes[concernField];
  return concernAttribute in attributes ? {} : { [concernAttribute]: concern };
}

function exceptionOf(error: unknown, fields: Fields): Fields {
  if (error === undefined || error === null) return {};
  // A record of winston's may be the error itself.
  return exceptionAttributes(error, ['level', ...Object.keys(fields)]);
}

/** The fields but for those that the record has a place of its own for. */
export function without<Value>(
  fields: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
