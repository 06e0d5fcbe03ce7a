/** The document that the collector makes of a record, made here for a forwarder that is sent it ready. */
import { resource, type AppRecord } from './records.ts';

export function documentOf(record: AppRecord): Readonly<Record<string, unknown>> {
  const { attributes } = record;
  return {
    '@timestamp': new Date(record.unixMillis).toISOString(),
    'ecs.version': '9.2.0',
    message: record.body,
    'log.level': 'info',
    'log.logger': 'bench',
    'event.id': record.id,
    'event.kind': 'event',
    'event.module': 'sentrikat',
    'event.dataset': `sentrikat.${record.concern}`,
    'event.action': record.eventName,
    'event.severity': 9,
    ...eventOf[record.concern],
    'trace.id': record.traceId,
    'span.id': record.spanId,
    'sentrikat.concern': record.concern,
    ...Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => fieldsOf(name).map((field) => [field, value])),
    ),
    ...(typeof attributes['sentrikat.duration_ms'] === 'number' && {
      'event.duration': Math.trunc(attributes['sentrikat.duration_ms'] * 1e6),
    }),
    ...resource,
  };
}

const eventOf = {
  access: { 'event.category': ['web'], 'event.type': ['access'], 'event.outcome': 'success' },
  audit: { 'event.category': ['iam'], 'event.type': ['user', 'admin'] },
} as const satisfies Record<AppRecord['concern'], unknown>;

function fieldsOf(attribute: string): readonly string[] {
  return attribute === 'client.address' ? ['source.address', 'source.ip'] : [attribute];
}
