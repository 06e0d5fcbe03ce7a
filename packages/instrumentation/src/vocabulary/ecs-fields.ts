/**
 * What each attribute is called in the Elastic Common Schema, where that has a word for it; else below `sentrikat.`. The collector's
 * configuration is made out of this table, and what is not in it is kept together in one field, `sentrikat.attributes`, so that no
 * sender can make up field after field until the index takes no more.
 *
 * @see https://www.elastic.co/docs/reference/ecs
 */

/** One field of the document, and where it comes from, in the order in which the document shows them. */
export interface EcsField {
  readonly field: string;
  /** Of the log record; `resource` is what the service says of itself. */
  readonly from: { readonly attribute: string } | { readonly resource: string };
}

export const ecsFields: readonly EcsField[] = [
  { field: 'event.outcome', from: { attribute: 'event.outcome' } },
  { field: 'event.reason', from: { attribute: 'event.reason' } },
  { field: 'user.id', from: { attribute: 'user.id' } },
  { field: 'source.address', from: { attribute: 'client.address' } },
  { field: 'source.ip', from: { attribute: 'client.address' } },
  { field: 'user_agent.original', from: { attribute: 'user_agent.original' } },
  { field: 'http.request.method', from: { attribute: 'http.request.method' } },
  { field: 'http.request.id', from: { attribute: 'http.request.id' } },
  { field: 'http.response.status_code', from: { attribute: 'http.response.status_code' } },
  { field: 'http.version', from: { attribute: 'network.protocol.version' } },
  { field: 'url.path', from: { attribute: 'url.path' } },
  { field: 'error.id', from: { attribute: 'error.id' } },
  { field: 'error.type', from: { attribute: 'exception.type' } },
  { field: 'error.message', from: { attribute: 'exception.message' } },
  { field: 'error.stack_trace', from: { attribute: 'exception.stacktrace' } },
  { field: 'log.origin.file.name', from: { attribute: 'code.file.path' } },
  { field: 'log.origin.file.line', from: { attribute: 'code.line.number' } },
  { field: 'log.origin.function', from: { attribute: 'code.function.name' } },
  { field: 'server.address', from: { attribute: 'server.address' } },
  { field: 'server.port', from: { attribute: 'server.port' } },
  { field: 'process.pid', from: { attribute: 'process.pid' } },
  { field: 'sentrikat.action', from: { attribute: 'sentrikat.action' } },
  { field: 'sentrikat.resource', from: { attribute: 'sentrikat.resource' } },
  { field: 'sentrikat.target', from: { attribute: 'sentrikat.target' } },
  { field: 'sentrikat.details', from: { attribute: 'sentrikat.details' } },
  { field: 'sentrikat.old_value', from: { attribute: 'sentrikat.old_value' } },
  { field: 'sentrikat.new_value', from: { attribute: 'sentrikat.new_value' } },
  { field: 'sentrikat.session.hash', from: { attribute: 'sentrikat.session.hash' } },
  { field: 'sentrikat.duration_ms', from: { attribute: 'sentrikat.duration_ms' } },
  { field: 'sentrikat.endpoint', from: { attribute: 'sentrikat.endpoint' } },
  { field: 'sentrikat.route', from: { attribute: 'http.route' } },
  { field: 'sentrikat.db.system', from: { attribute: 'db.system.name' } },
  { field: 'sentrikat.db.namespace', from: { attribute: 'db.namespace' } },
  { field: 'sentrikat.db.operation', from: { attribute: 'db.operation.name' } },
  { field: 'sentrikat.db.query', from: { attribute: 'db.query.text' } },
  { field: 'sentrikat.seq', from: { attribute: 'sentrikat.seq' } },
  { field: 'sentrikat.prev_hash', from: { attribute: 'sentrikat.prev_hash' } },
  { field: 'log.file.path', from: { attribute: 'log.file.path' } },
  { field: 'log.offset', from: { attribute: 'log.file.record_offset' } },
  { field: 'service.name', from: { resource: 'service.name' } },
  { field: 'service.version', from: { resource: 'service.version' } },
  { field: 'service.environment', from: { resource: 'deployment.environment.name' } },
  { field: 'service.node.name', from: { resource: 'service.instance.id' } },
  { field: 'host.name', from: { resource: 'host.name' } },
  { field: 'host.id', from: { resource: 'host.id' } },
  { field: 'host.architecture', from: { resource: 'host.arch' } },
  { field: 'host.os.type', from: { resource: 'os.type' } },
  { field: 'host.os.version', from: { resource: 'os.version' } },
];
