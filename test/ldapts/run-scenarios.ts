/** What both programs of `fixtures/` do, with the ldapts that they were given. */
import { once } from 'node:events';

import { trace } from '@opentelemetry/api';
import type * as Ldapts from 'ldapts';

import { peopleBase, personName } from './directory.ts';
import { scenarios, type Attributes, type Directory } from './scenarios.ts';

/** A span of the client, as `fixtures/tracing-with.cjs` tells of it. */
interface SeenSpan {
  readonly name: string;
  readonly kind: number;
  readonly parentSpanId?: string;
  readonly attributes: Attributes;
  readonly status: { readonly code: number; readonly message?: string };
  readonly events: readonly unknown[];
  readonly links: readonly unknown[];
  readonly scope: { readonly name: string; readonly version?: string };
}

export interface Seen {
  /** Of a scenario, or of one of the operations that run at once. */
  readonly name: string;
  /** The span that it ran in. */
  readonly spanId: string;
  readonly outcome: unknown;
  readonly spans: readonly SeenSpan[];
}

const tasks = {
  /** One after the other. */
  async scenarios(ldapts: typeof Ldapts, directory: Directory): Promise<Seen[]> {
    const seen: Seen[] = [];
    for (const scenario of scenarios) {
      const client = new ldapts.Client({ url: directory.url, ...scenario.options?.(directory) });
      const observed = await observe(scenario.name, () => scenario.run(client, ldapts, directory));
      seen.push({ ...observed, spans: takeSpans() });
      await client.unbind();
      takeSpans();
    }
    return seen;
  },

  /** Fifty operations on one client, started in one go. */
  async 'at once'({ Client }: typeof Ldapts, { url }: Directory): Promise<Seen[]> {
    const client = new Client({ url });
    await client.bind('', '');
    takeSpans();
    const observed = await Promise.all(
      Array.from({ length: 50 }, (...[, number]) => observe(`${number}`, () => operation(client, number))),
    );
    const spans = takeSpans();
    await client.unbind();
    return observed.map((each) => ({
      ...each,
      spans: spans.filter(({ parentSpanId }) => parentSpanId === each.spanId),
    }));
  },

  /** Prints `connected`, and asks when it gets SIGUSR2; then `searching`. */
  async 'until the server is lost'({ Client }: typeof Ldapts, { url }: Directory): Promise<Seen[]> {
    const client = new Client({ url });
    await client.bind('', '');
    takeSpans();
    const asked = once(process, 'SIGUSR2');
    console.log('connected');
    await asked;
    const observed = await observe('a search', () => {
      const searching = client.search(peopleBase);
      console.log('searching');
      return searching;
    });
    return [{ ...observed, spans: takeSpans() }];
  },
};

export type Task = keyof typeof tasks;

/** Prints what it has `Seen`, as a line of JSON. */
export async function run(ldapts: typeof Ldapts, task: Task, directory: string): Promise<void> {
  console.log(JSON.stringify(await tasks[task](ldapts, JSON.parse(directory) as Directory)));
}

async function observe(name: string, action: () => Promise<unknown>): Promise<Omit<Seen, 'spans'>> {
  return trace.getTracer('scenarios').startActiveSpan(name, async (span) => {
    const outcome = await action().then(
      (value) => ({ value }),
      (error: Error & { code?: unknown }) => ({ name: error.name, message: error.message, code: error.code }),
    );
    span.end();
    return { name, spanId: span.spanContext().spanId, outcome };
  });
}

/** Those that have ended since it was called before; none where nobody traces. */
function takeSpans(): readonly SeenSpan[] {
  return (globalThis as { takeSpans?: () => readonly SeenSpan[] }).takeSpans?.() ?? [];
}

function operation(client: Ldapts.Client, number: number): Promise<unknown> {
  const dn = personName(number % 10);
  switch (number % 5) {
    case 0:
      return client.compare(dn, 'sn', 'nobody');
    case 1:
      return client.exop('1.3.6.1.4.1.4203.1.11.3');
    case 2:
      return client.search(dn, { scope: 'base', paged: true });
    case 3:
      return client.search(`ou=nowhere,${dn}`);
    default:
      return allOf(client.searchPaginated(dn, { scope: 'base' }));
  }
}

async function allOf<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
