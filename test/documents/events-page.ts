/** docs/events.md, out of the tables of events. */
import { eventTables, type EventRow } from '../../packages/instrumentation/src/vocabulary/events.ts';
import { loggingEvents } from '../../packages/instrumentation/src/vocabulary/logging-events.ts';
import { code, madeFrom, table } from './page-parts.ts';

const headings = {
  security: '## security.log\n\nThrough `security.record()` of `@sentrikat/instrumentation/security`.',
  audit:
    '## audit.log\n\nThrough `audit.record()` of `@sentrikat/instrumentation/audit`, by its action and resource or by the name itself.',
  ldap: '## ldap.log\n\nThrough `ldap.record()` of `@sentrikat/instrumentation/ldap`.',
} as const;

export function eventsPage(): string {
  return `# Events

${madeFrom('packages/instrumentation/src/vocabulary')}

What can be said through the typed APIs, and what it is called in other vocabularies:
[ECS](https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference) (category: types, outcome),
[OCSF](https://schema.ocsf.io) (class:activity) and
[OWASP](https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html). An event of level INFO is below the
floor of security.log, unless that is lowered, and is sent over OTLP all the same.

The preload records three events of security.log by itself, where the application has said nothing of level WARNING or more while it handled the request: 401 is
\`authz.unauthenticated\`, 403 \`authz.denied\` and 429 \`abuse.rate_limited\`.

## What the request tells

Nobody has to say these: each event of security.log, audit.log and ldap.log that is recorded while a request is handled has them. audit.log
shows all of them; the lines of the others are made for people, and the whole record goes over OTLP.

${table(['Attribute', 'What', 'Where from'], originRows)}

A request id and a user agent are what the client says they are. Of a session there is half a SHA-256 of its id, and the id is nowhere:
enough to tell one session's events from another's, in every process and after every start. There is no key to it, so it hides only ids
that cannot be guessed, as ids of sessions must be. In a shell it is
\`printf 'sentrikat.session:%s' "$ID" | sha256sum | cut -c-32\`.

${(Object.keys(headings) as (keyof typeof headings)[]).map((concern) => `${headings[concern]}\n\n${tableOf(eventTables[concern])}`).join('\n\n')}

## Of the logging itself

Recorded by the preload, and by the writer of the files in those they are about; no API takes these names.

${tableOf(loggingEvents)}

A crash is the event \`exception\` of OpenTelemetry, at level CRITICAL in error.log.

### Start, stop and pause of the trail

PCI DSS 4.0 (10.2.1.6) wants them in the audit log. With \`SENTRIKAT_AUDIT_LIFECYCLE=true\` they are lines of audit.log, in its chain like any
other, with \`audit_log\` for resource and the process's number among their attributes:

| Event | Action | When |
| --- | --- | --- |
| \`logging.started\` | \`START\` | before anything else that the process records |
| \`logging.stopped\` | \`STOP\` | when it ends by itself, by \`process.exit()\`, by an exception or by a signal, whatever its code |
| \`logging.degraded\` | \`DEGRADE\` | audit.log waits for its disk, is written elsewhere, or without its lock or limit |
| \`logging.recovered\` | \`RECOVER\` | it is written as it should be again |

A \`START\` without the \`STOP\` of the same process before the next one is a process that was killed (SIGKILL, \`process.abort()\`, a crash of the
runtime) or had no power: nothing can be written then. What listeners of \`exit\` record comes after \`STOP\`. A trail that cannot be written has its
\`DEGRADE\` once it can be, and does not have it where the process ends before that; application.log and standard error have it at once.

It is not the default, since every process has these lines that the preload is loaded into: with \`NODE_OPTIONS\` that is each \`npm\` and each
health check too.
`;
}

const originRows: readonly (readonly string[])[] = [
  ['`user.id`', 'whose request it is', '`setUser(id)`, unless the event names somebody'],
  ['`client.address`', 'the IP address of the client', 'the connection, or `SENTRIKAT_TRUSTED_PROXIES`'],
  ['`user_agent.original`', 'its first 1,024 characters', 'the header `User-Agent`'],
  [
    '`http.request.id`',
    'what the client, or a proxy, calls the request',
    'the header `X-Request-Id`, where it is 1 to 128 characters of `A-Z a-z 0-9 _ . ~ : + / = -`; else none',
  ],
  ['`sentrikat.session.hash`', 'its session, as a hash', '`setSession(id)`'],
  ['trace and span id', 'the trace it belongs to', 'the header `traceparent`; else a new trace'],
];

const columns: readonly (readonly [head: string, cell: (row: EventRow) => string])[] = [
  ['Event', ({ name }) => code(name)],
  ['Level', ({ level }) => level],
  ['File', ({ file = '' }) => file],
  ['What', ({ about }) => about],
  ['Needs', ({ requires = [] }) => requires.map(code).join(', ')],
  ['ECS', ({ ecs }) => ecs],
  ['OCSF', ({ ocsf }) => ocsf],
  ['OWASP', ({ owasp = '' }) => owasp],
  ['Actions', ({ actions = [] }) => actions.map(code).join(', ')],
];

/** Without the columns in which there is nothing. */
function tableOf(rows: readonly EventRow[]): string {
  const filled = columns.filter(([, cell]) => rows.some((row) => cell(row) !== ''));
  return table(
    filled.map(([head]) => head),
    rows.map((row) => filled.map(([, cell]) => cell(row))),
  );
}
