/**
 * collector/config/ecs.yaml: the statements by which the collector makes a log record into a document of the Elastic Common Schema,
 * out of the tables of concerns, fields and events. OTTL has no tables of its own.
 */
import { concerns } from '../../packages/file-exporter/src/concerns.ts';
import { ecsFields, type EcsField } from '../../packages/instrumentation/src/vocabulary/ecs-fields.ts';
import { eventTables, type EventRow } from '../../packages/instrumentation/src/vocabulary/events.ts';
import { loggingEvents } from '../../packages/instrumentation/src/vocabulary/logging-events.ts';

export function ecsFragment(): string {
  return `# Made by \`npm run docs\` out of packages/instrumentation/src/vocabulary and packages/file-exporter/src/concerns.ts: change those,
# rather than this file.
#
# A log record becomes the document that destinations send: its body, a map of fields of the Elastic Common Schema, and no attributes.
processors:
  # Whoever the sender is: one of the seven concerns, a time, an identity.
  transform/normalise:
    error_mode: ignore
    log_statements:
      - statements:
${list(8, normalise())}

  transform/ecs:
    error_mode: ignore
    log_statements:
      - statements:
${list(8, fields())}
      # What an event is in the words of the schema. Requests are the most, and are spared the others.
      - conditions:
          - log.event_name == "http.server.request"
        statements:
${list(8, requests())}
      - conditions:
          - log.event_name != "" and log.event_name != "http.server.request"
        statements:
${list(8, events())}
      # What is left is kept together, and nothing is outside of the document.
      - statements:
${list(8, rest())}

  # A message is text. Only behind the redaction, which finds no keys in text.
  transform/message:
    error_mode: ignore
    log_statements:
      - statements:
${list(8, ['set(log.body["message"], String(log.body["message"])) where log.body["message"] != nil and not IsString(log.body["message"])'])}
`;
}

function normalise(): string[] {
  const concern = 'log.attributes["sentrikat.concern"]';
  const names = concerns.map(({ name }) => name);
  const claimed = concerns
    .filter(({ eventNames }) => eventNames.length > 0)
    .map(({ name, eventNames }) => {
      const begins = eventNames.map((prefix) => `HasPrefix(log.event_name, ${quoted(prefix)})`).join(' or ');
      return `set(${concern}, ${quoted(name)}) where ${concern} == nil and (${begins})`;
    });
  return [
    `set(${concern}, scope.attributes["sentrikat.concern"]) where ${concern} == nil and scope.attributes["sentrikat.concern"] != nil`,
    ...claimed,
    `set(${concern}, "application") where ${names.map((name) => `${concern} != ${quoted(name)}`).join(' and ')}`,
    'set(log.time, log.observed_time) where log.time_unix_nano == 0 and log.observed_time_unix_nano != 0',
    'set(log.time, Now()) where log.time_unix_nano == 0',
    // Before any queue, so that what a queue sends again is the same document.
    'set(log.attributes["log.record.uid"], UUIDv7()) where not IsString(log.attributes["log.record.uid"]) or log.attributes["log.record.uid"] == ""',
  ];
}

/** From the number, whatever the sender calls it. https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const levels = [
  ['debug', 0],
  ['info', 9],
  ['warning', 13],
  ['error', 17],
  ['critical', 21],
] as const;

function fields(): string[] {
  return [
    'set(log.cache["message"], log.body) where log.body != nil',
    'set(log.body, {})',
    'set(log.body["@timestamp"], FormatTime(log.time, "%Y-%m-%dT%H:%M:%S.%fZ"))',
    'set(log.body["ecs.version"], "9.2.0")',
    'set(log.body["message"], log.cache["message"]) where log.cache["message"] != nil',
    ...levels.map(([level, number]) => {
      const where = number === 0 ? '' : ` where log.severity_number >= ${number}`;
      return `set(log.body["log.level"], ${quoted(level)})${where}`;
    }),
    'set(log.body["log.logger"], scope.name) where scope.name != ""',
    'set(log.body["event.id"], log.attributes["log.record.uid"])',
    'set(log.body["event.kind"], "event")',
    'set(log.body["event.module"], "sentrikat")',
    'set(log.body["event.dataset"], Concat(["sentrikat", log.attributes["sentrikat.concern"]], "."))',
    'set(log.body["event.action"], log.event_name) where log.event_name != ""',
    'set(log.body["event.severity"], Int(log.severity_number)) where log.severity_number > 0',
    'set(log.body["event.duration"], Int(Double(log.attributes["sentrikat.duration_ms"]) * 1000000.0)) where log.attributes["sentrikat.duration_ms"] != nil',
    'set(log.body["trace.id"], log.trace_id.string) where log.trace_id != TraceID(0x00000000000000000000000000000000)',
    'set(log.body["span.id"], log.span_id.string) where log.span_id != SpanID(0x0000000000000000)',
    'set(log.body["sentrikat.concern"], log.attributes["sentrikat.concern"])',
    ...['sentrikat.old_value', 'sentrikat.new_value'].flatMap(asObject),
    ...ecsFields.map((field) => `set(log.body[${quoted(field.field)}], ${path(field)}) where ${path(field)} != nil`),
  ];
}

/** Elasticsearch takes objects alone into a field of type flattened, and refuses the document of any other value. */
function asObject(name: string): string[] {
  const [attribute, plain] = [`log.attributes["${name}"]`, `log.cache["${name}"]`];
  return [
    `set(${plain}, ${attribute}) where ${attribute} != nil and not IsMap(${attribute})`,
    `set(${attribute}, {}) where ${plain} != nil`,
    `set(${attribute}["value"], ${plain}) where ${plain} != nil`,
  ];
}

function path({ from }: EcsField): string {
  return 'attribute' in from
    ? `log.attributes[${quoted(from.attribute)}]`
    : `resource.attributes[${quoted(from.resource)}]`;
}

function requests(): string[] {
  const status = 'log.attributes["http.response.status_code"]';
  return [
    'set(log.body["event.category"], ["web"])',
    'set(log.body["event.type"], ["access"])',
    `set(log.body["event.outcome"], "success") where ${status} < 400`,
    `set(log.body["event.outcome"], "failure") where ${status} >= 400`,
  ];
}

function events(): string[] {
  const rows: readonly EventRow[] = [...Object.values(eventTables).flat(), ...loggingEvents];
  const namesByEcs = Map.groupBy(rows, ({ ecs }) => ecs);
  return [
    ...[...namesByEcs].flatMap(([ecs, group]) => {
      const { category, types, outcome } = parse(ecs);
      const where = group.map(({ name }) => `log.event_name == ${quoted(name)}`).join(' or ');
      return [
        `set(log.body["event.category"], ${JSON.stringify([category])}) where ${where}`,
        `set(log.body["event.type"], ${JSON.stringify(types)}) where ${where}`,
        ...(outcome === undefined
          ? []
          : [
              `set(log.body["event.outcome"], ${quoted(outcome)}) where log.body["event.outcome"] == nil and (${where})`,
            ]),
      ];
    }),
    'set(log.body["event.category"], ["database"]) where HasPrefix(log.event_name, "performance.query.") or HasPrefix(log.event_name, "performance.pool_wait.")',
    'set(log.body["event.category"], ["web"]) where HasPrefix(log.event_name, "performance.endpoint.")',
    'set(log.body["event.type"], ["info"]) where HasPrefix(log.event_name, "performance.")',
    'set(log.body["event.type"], ["error"]) where log.event_name == "exception"',
    'set(log.body["user.target.id"], log.attributes["sentrikat.target"]) where log.attributes["sentrikat.target"] != nil and (HasPrefix(log.event_name, "user.") or HasPrefix(log.event_name, "authn."))',
  ];
}

/** `category: type, type, outcome`. */
function parse(ecs: string): { category: string; types: string[]; outcome?: string } {
  const [category = '', others = ''] = ecs.split(': ');
  const words = others.split(', ');
  const outcome = words.find((word) => word === 'success' || word === 'failure');
  return { category, types: words.filter((word) => word !== outcome), ...(outcome && { outcome }) };
}

function rest(): string[] {
  const attributes = ecsFields.flatMap(({ from }) => ('attribute' in from ? [from.attribute] : []));
  const consumed = [...new Set(['log.record.uid', 'sentrikat.concern', ...attributes])];
  return [
    ...consumed.map((attribute) => `delete_key(log.attributes, ${quoted(attribute)})`),
    'set(log.body["sentrikat.attributes"], log.attributes) where Len(log.attributes) > 0',
    'keep_keys(log.attributes, [])',
  ];
}

/** A string of OTTL; none of ours has a quote or a backslash. */
function quoted(text: string): string {
  return `"${text}"`;
}

/** Single quotes, because no statement has one, and YAML would read some of them otherwise. */
function list(indent: number, statements: readonly string[]): string {
  return statements.map((statement) => `${' '.repeat(indent + 2)}- '${statement}'`).join('\n');
}
