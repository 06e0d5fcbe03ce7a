/** docs/events.md, out of the tables of events. */
import { eventTables, type EventRow } from '../../packages/instrumentation/src/vocabulary/events.ts';
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

The preload records three events of security.log by itself, where the application has said nothing while it handled the request: 401 is
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
