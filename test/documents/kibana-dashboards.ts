/** The dashboards of Kibana: what each shows, of which documents, and of which of their fields. */

/** What documents are shown: each field is one of these values, which may end in `*`, or compares as it says. All have to be so. */
export type Where = Readonly<Record<string, readonly string[] | `${'>' | '>=' | '<'} ${number}`>>;

/** A number of documents, unless it says otherwise. */
type Measure =
  | { readonly of: 'count' }
  | { readonly of: 'different' | 'highest'; readonly field: string }
  | { readonly of: 'percentile'; readonly field: string; readonly percentile: number };

interface Common {
  readonly title: string;
  readonly where: Where;
  /** Of documents that Elasticsearch refused, rather than of those of the seven concerns. */
  readonly rejected?: true;
}

export type Panel = Common &
  (
    | { readonly shows: 'number'; readonly measure: Measure }
    /** Over time, and by the values of a field. */
    | { readonly shows: 'timeline'; readonly measure: Measure; readonly by?: string }
    /** The most frequent combinations of the values of fields. */
    | { readonly shows: 'table'; readonly by: readonly string[]; readonly measures: readonly Measure[] }
    /** The newest documents themselves. */
    | { readonly shows: 'documents'; readonly columns: readonly string[] }
  );

export interface Dashboard {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
}

const count = { of: 'count' } as const;
const slowest = { of: 'highest', field: 'sentrikat.duration_ms' } as const;
const p95 = { of: 'percentile', field: 'sentrikat.duration_ms', percentile: 95 } as const;

const failedLogins: Where = { 'event.action': ['authn.login.failure', 'authn.directory.*', 'authn.error'] };
const requests: Where = { 'event.action': ['http.server.request'] };
const audit: Where = { 'sentrikat.concern': ['audit'] };
const errors: Where = { 'log.level': ['error', 'critical'] };
const slowEndpoints: Where = { 'event.action': ['performance.endpoint.*'] };
const slowQueries: Where = { 'event.action': ['performance.query.slow'] };

export const dashboards: readonly Dashboard[] = [
  {
    name: 'overview',
    title: 'Overview',
    description: 'What the services record, by concern and level.',
    panels: [
      { shows: 'number', title: 'Requests', where: requests, measure: count },
      { shows: 'number', title: 'Errors', where: errors, measure: count },
      { shows: 'number', title: 'Failed logins', where: failedLogins, measure: count },
      { shows: 'number', title: 'Audited actions', where: audit, measure: count },
      { shows: 'timeline', title: 'Records by concern', where: {}, measure: count, by: 'sentrikat.concern' },
      { shows: 'timeline', title: 'Records by level', where: {}, measure: count, by: 'log.level' },
      { shows: 'table', title: 'Services', where: {}, by: ['service.name', 'service.version'], measures: [count] },
      { shows: 'table', title: 'Events', where: {}, by: ['event.action'], measures: [count] },
    ],
  },
  {
    name: 'authentication',
    title: 'Authentication',
    description: 'Who comes in, who does not and why, and from where.',
    panels: [
      { shows: 'number', title: 'Logins', where: { 'event.action': ['authn.login.success'] }, measure: count },
      { shows: 'number', title: 'Failed logins', where: failedLogins, measure: count },
      {
        shows: 'number',
        title: 'Locked accounts',
        where: { 'event.action': ['authn.account.locked'] },
        measure: { of: 'different', field: 'user.id' },
      },
      {
        shows: 'number',
        title: 'Logins after failures',
        where: { 'event.action': ['authn.login.success_after_failure'] },
        measure: count,
      },
      {
        shows: 'timeline',
        title: 'Authentication by outcome',
        where: { 'event.category': ['authentication'] },
        measure: count,
        by: 'event.outcome',
      },
      { shows: 'timeline', title: 'Failed logins by reason', where: failedLogins, measure: count, by: 'event.reason' },
      {
        shows: 'table',
        title: 'Addresses with failed logins',
        where: failedLogins,
        by: ['source.ip'],
        measures: [count, { of: 'different', field: 'user.id' }],
      },
      { shows: 'table', title: 'Users with failed logins', where: failedLogins, by: ['user.id'], measures: [count] },
      {
        shows: 'documents',
        title: 'Security events',
        where: { 'sentrikat.concern': ['security'] },
        columns: ['event.action', 'event.outcome', 'event.reason', 'user.id', 'source.ip', 'message'],
      },
    ],
  },
  {
    name: 'access',
    title: 'Access',
    description: 'Requests: how many, how they ended, how long they took, and who was refused.',
    panels: [
      { shows: 'number', title: 'Requests', where: requests, measure: count },
      {
        shows: 'number',
        title: 'Failed by the server (5xx)',
        where: { ...requests, 'http.response.status_code': '>= 500' },
        measure: count,
      },
      { shows: 'number', title: 'Milliseconds, 95th percentile', where: requests, measure: p95 },
      { shows: 'number', title: 'Addresses', where: requests, measure: { of: 'different', field: 'source.ip' } },
      {
        shows: 'timeline',
        title: 'Requests by status',
        where: requests,
        measure: count,
        by: 'http.response.status_code',
      },
      { shows: 'timeline', title: 'Milliseconds, 95th percentile, over time', where: requests, measure: p95 },
      {
        shows: 'table',
        title: 'Paths',
        where: requests,
        by: ['http.request.method', 'url.path'],
        measures: [count, p95],
      },
      {
        shows: 'table',
        title: 'Addresses and users',
        where: requests,
        by: ['source.ip', 'user.id'],
        measures: [count],
      },
      {
        shows: 'documents',
        title: 'Refused requests',
        where: { 'event.action': ['authz.*', 'abuse.*'] },
        columns: ['event.action', 'user.id', 'source.ip', 'http.request.id', 'message'],
      },
    ],
  },
  {
    name: 'audit',
    title: 'Audit trail',
    description: 'Who has changed what, from what to what.',
    panels: [
      { shows: 'number', title: 'Audited actions', where: audit, measure: count },
      { shows: 'number', title: 'Actors', where: audit, measure: { of: 'different', field: 'user.id' } },
      {
        shows: 'number',
        title: 'Changed roles and memberships',
        where: { 'event.action': ['user.role.changed', 'user.membership.*', 'role.*'] },
        measure: count,
      },
      {
        shows: 'number',
        title: 'Failed actions',
        where: { ...audit, 'event.outcome': ['failure'] },
        measure: count,
      },
      { shows: 'timeline', title: 'Actions by event', where: audit, measure: count, by: 'event.action' },
      {
        shows: 'table',
        title: 'Actors and actions',
        where: audit,
        by: ['user.id', 'sentrikat.action'],
        measures: [count],
      },
      { shows: 'table', title: 'Resources', where: audit, by: ['sentrikat.resource'], measures: [count] },
      {
        shows: 'documents',
        title: 'The trail',
        where: audit,
        columns: [
          'sentrikat.seq',
          'user.id',
          'sentrikat.action',
          'sentrikat.resource',
          'sentrikat.target',
          'sentrikat.old_value',
          'sentrikat.new_value',
          'event.outcome',
        ],
      },
    ],
  },
  {
    name: 'errors',
    title: 'Errors',
    description: 'What went wrong, where, and since when.',
    panels: [
      { shows: 'number', title: 'Errors', where: errors, measure: count },
      { shows: 'number', title: 'Crashes', where: { 'log.level': ['critical'] }, measure: count },
      { shows: 'timeline', title: 'Errors by type', where: errors, measure: count, by: 'error.type' },
      { shows: 'timeline', title: 'Errors by service', where: errors, measure: count, by: 'service.name' },
      {
        shows: 'table',
        title: 'Where errors come from',
        where: errors,
        by: ['error.type', 'log.origin.file.name', 'log.origin.function'],
        measures: [count],
      },
      {
        shows: 'documents',
        title: 'Newest errors',
        where: errors,
        columns: ['service.name', 'error.id', 'error.type', 'error.message', 'message', 'trace.id'],
      },
    ],
  },
  {
    name: 'performance',
    title: 'Performance',
    description: 'Requests and queries that took longer than they may.',
    panels: [
      { shows: 'number', title: 'Slow requests', where: slowEndpoints, measure: count },
      { shows: 'number', title: 'Slow queries', where: slowQueries, measure: count },
      { shows: 'number', title: 'Slowest request, milliseconds', where: slowEndpoints, measure: slowest },
      { shows: 'number', title: 'Slowest query, milliseconds', where: slowQueries, measure: slowest },
      {
        shows: 'timeline',
        title: 'What is slow',
        where: { 'sentrikat.concern': ['performance'] },
        measure: count,
        by: 'event.action',
      },
      {
        shows: 'table',
        title: 'Slow endpoints',
        where: slowEndpoints,
        by: ['sentrikat.endpoint'],
        measures: [count, p95, slowest],
      },
      {
        shows: 'table',
        title: 'Slow operations of databases',
        where: slowQueries,
        by: ['sentrikat.db.namespace', 'sentrikat.db.operation'],
        measures: [count, p95, slowest],
      },
      {
        shows: 'documents',
        title: 'Newest slow queries',
        where: slowQueries,
        columns: ['sentrikat.duration_ms', 'sentrikat.db.query', 'sentrikat.endpoint', 'trace.id'],
      },
    ],
  },
  {
    name: 'pipeline',
    title: 'Pipeline health',
    description: 'Whether records arrive, and what was lost or refused on the way.',
    panels: [
      { shows: 'number', title: 'Rejected documents', where: {}, measure: count, rejected: true },
      {
        shows: 'number',
        title: 'Reports of dropped records',
        where: { 'event.action': ['logging.dropped'] },
        measure: count,
      },
      {
        shows: 'number',
        title: 'Reports of degraded files',
        where: { 'event.action': ['logging.degraded'] },
        measure: count,
      },
      { shows: 'number', title: 'Hosts that send', where: {}, measure: { of: 'different', field: 'host.name' } },
      // A service that has fallen silent is a line that ends.
      { shows: 'timeline', title: 'Records by service', where: {}, measure: count, by: 'service.name' },
      {
        shows: 'timeline',
        title: 'Rejected documents by data stream',
        where: {},
        measure: count,
        by: 'sentrikat.rejected_from',
        rejected: true,
      },
      {
        shows: 'documents',
        title: 'What logging says of itself',
        where: { 'event.action': ['logging.*', 'audit.checkpoint', 'audit.repaired', 'audit.retired'] },
        columns: ['event.action', 'log.level', 'service.name', 'host.name', 'message'],
      },
      {
        shows: 'documents',
        title: 'Rejected documents, as text',
        where: {},
        columns: ['sentrikat.rejected_from', 'error.message', 'message'],
        rejected: true,
      },
    ],
  },
];
