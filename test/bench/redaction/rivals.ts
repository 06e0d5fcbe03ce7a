/**
 * What takes secrets out of events, or only writes them. Those that name keys are given the names that these events
 * have.
 */
import { createRequire } from 'node:module';

// The room of the package itself: what it does to a record is no public function.
import { createValueRedaction } from '../../../packages/instrumentation/src/redaction/redact.ts';

type Event = Readonly<Record<string, unknown>>;

export interface RivalRow {
  readonly name: string;
  readonly note: string;
  readonly packages: readonly string[];
  readonly load: () => (event: Event) => unknown;
}

/** What all are compared with. */
export const baseline = 'JSON.stringify';

const paths = [
  'password',
  'user.password',
  'user.token',
  'user.pin',
  'request.headers.authorization',
  'request.headers.cookie',
  'request.headers["x-api-key"]',
  'request.body.password',
  'order.items[0].apiKey',
  'order.card.number',
];
const wildcards = ['*.password', '*.token', '*.pin', '*.authorization', '*.cookie', '*.apiKey', '*.secret', '*.cvv'];

export const rivals: readonly RivalRow[] = [
  { name: baseline, note: 'nothing is taken out', packages: [], load: () => (event) => JSON.stringify(event) },
  {
    name: 'ours',
    note: 'keys at any depth by their names, and all texts searched for what looks like a secret; not written, as the record is still to be formatted and sent',
    packages: ['@sentrikat/instrumentation'],
    load: loadOurs,
  },
  {
    name: 'ours + JSON.stringify',
    note: 'the same, and written: what the rows below do',
    packages: ['@sentrikat/instrumentation'],
    load: () => {
      const redact = loadOurs();
      return (event) => JSON.stringify(redact(event));
    },
  },
  {
    name: 'fast-redact, 10 paths',
    note: 'changes the event, writes it, and puts back what was there; looks at the paths it was given and at no text',
    packages: ['fast-redact'],
    load: () => loadFastRedact(paths),
  },
  {
    name: '@pinojs/redact, 10 paths',
    note: 'what pino 10 uses: copies what it changes',
    packages: ['@pinojs/redact'],
    load: () => loadPinoRedact(paths),
  },
  {
    name: 'fast-redact, 8 wildcards',
    note: '`*.password` and its like, of which the asterisk stands for one level',
    packages: ['fast-redact'],
    load: () => loadFastRedact(wildcards),
  },
  {
    name: '@pinojs/redact, 8 wildcards',
    note: 'the same eight',
    packages: ['@pinojs/redact'],
    load: () => loadPinoRedact(wildcards),
  },
];

function loadOurs(): (event: Event) => Event {
  const redaction = createValueRedaction({});
  return (event) => {
    redaction.begin();
    return redaction.members(event, 0);
  };
}

const require = createRequire(import.meta.url);

/** They have the same interface, and one of them no types. */
type CreateByPath = (options: { readonly paths: readonly string[] }) => (event: Event) => unknown;

function loadFastRedact(keys: readonly string[]): (event: Event) => unknown {
  return (require('fast-redact') as CreateByPath)({ paths: keys });
}

function loadPinoRedact(keys: readonly string[]): (event: Event) => unknown {
  return (require('@pinojs/redact') as CreateByPath)({ paths: keys });
}
