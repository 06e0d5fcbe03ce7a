/**
 * The fields of a document and how Elasticsearch keeps them, by type. Those of the Elastic Common Schema have the types that it gives
 * them, with three exceptions: its `match_only_text` is `text` here, which every distribution has; so is the stack of an error, for
 * its words; and a path is a keyword, so that paths can be counted. Those of ours are below `sentrikat.`.
 *
 * Whatever else a document has is kept and shown, but not searched: a sender that makes up field after field cannot fill the mapping.
 *
 * @see https://www.elastic.co/docs/reference/ecs
 */
export interface FieldType {
  /** What the mapping says of each of these fields. */
  readonly mapping: Readonly<Record<string, unknown>>;
  readonly fields: readonly string[];
}

/** Longer ones are kept and shown, but not found by their whole value. Without it, one of 32 KiB is refused with its document. */
const ignoreAbove = 1024;

export const fieldTypes: readonly FieldType[] = [
  // A document without a time that can be read has no place in a data stream; of all else, what is malformed is ignored.
  { mapping: { type: 'date', ignore_malformed: false }, fields: ['@timestamp'] },
  { mapping: { type: 'date' }, fields: ['event.created'] },
  {
    mapping: { type: 'text' },
    fields: ['message', 'error.message', 'error.stack_trace', 'sentrikat.details', 'sentrikat.db.query'],
  },
  {
    mapping: { type: 'keyword', ignore_above: ignoreAbove },
    fields: [
      'client.address',
      'ecs.version',
      'error.id',
      'error.type',
      'event.action',
      'event.category',
      'event.dataset',
      'event.id',
      'event.kind',
      'event.module',
      'event.outcome',
      'event.reason',
      'event.type',
      'host.architecture',
      'host.id',
      'host.name',
      'host.os.type',
      'host.os.version',
      'http.request.id',
      'http.request.method',
      'http.version',
      'log.file.path',
      'log.level',
      'log.logger',
      'log.origin.file.name',
      'log.origin.function',
      'sentrikat.action',
      'sentrikat.concern',
      'sentrikat.db.namespace',
      'sentrikat.db.operation',
      'sentrikat.db.system',
      'sentrikat.endpoint',
      'sentrikat.prev_hash',
      'sentrikat.rejected_from',
      'sentrikat.resource',
      'sentrikat.route',
      'sentrikat.scope',
      'sentrikat.session.hash',
      'sentrikat.target',
      'sentrikat.truncated',
      'server.address',
      'service.environment',
      'service.name',
      'service.node.name',
      'service.version',
      'source.address',
      'span.id',
      'trace.id',
      'url.path',
      'user.id',
      'user.name',
      'user.target.id',
      'user_agent.original',
    ],
  },
  { mapping: { type: 'ip' }, fields: ['source.ip'] },
  {
    mapping: { type: 'long' },
    fields: [
      'event.duration',
      'event.severity',
      'http.response.status_code',
      'log.offset',
      'log.origin.file.line',
      'process.pid',
      'sentrikat.seq',
      'server.port',
    ],
  },
  { mapping: { type: 'double' }, fields: ['sentrikat.duration_ms'] },
  // One field each, whatever is in them; found as `sentrikat.new_value.role: admin`.
  {
    mapping: { type: 'flattened', ignore_above: ignoreAbove, depth_limit: 50 },
    fields: ['labels', 'sentrikat.attributes', 'sentrikat.new_value', 'sentrikat.old_value'],
  },
];

export const mappedFields: readonly string[] = fieldTypes.flatMap(({ fields }) => fields);
