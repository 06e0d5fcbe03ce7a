/** LDAP operations of a real application on a real server: a span for each, nothing of anybody in it, and the same answers. */
import { readFileSync } from 'node:fs';

import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startProgram, type Program } from '../instruments/program.ts';
import { noSlapd, startSlapd, type SlapdServer } from '../servers/slapd.ts';
import { ldif, personal } from './directory.ts';
import type { Seen, Task } from './run-scenarios.ts';
import { scenarios, type Attributes, type Directory } from './scenarios.ts';

const reason = noSlapd();
const fixtures = `${import.meta.dirname}/fixtures`;
const kinds = [
  ['CommonJS', ['--require', `${fixtures}/tracing.cjs`], 'application.cjs'],
  ['ES modules', ['--import', `${fixtures}/tracing.mjs`], 'application.mjs'],
  ['an ES module, traced from CommonJS', ['--require', `${fixtures}/tracing.cjs`], 'application.mjs'],
  ['CommonJS, traced from an ES module', ['--import', `${fixtures}/tracing.mjs`], 'application.cjs'],
  [
    'an ES module, required before it is imported',
    ['--require', `${fixtures}/tracing-by-require.cjs`],
    'application.mjs',
  ],
  ['an ES module, with hooks on a thread', ['--import', `${fixtures}/tracing-by-thread.mjs`], 'application.mjs'],
] as const;

describe.skipIf(reason !== undefined)(`ldapts on slapd${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let slapd: SlapdServer;

  beforeAll(async () => {
    slapd = await startSlapd(ldif);
  });

  afterAll(() => slapd.stop());

  const run = (tracing: readonly string[], application: string, task: Task, env?: Readonly<Record<string, string>>) =>
    seenBy(start(tracing, application, task, slapd, env));

  describe.each(kinds)('%s', (...[, tracing, application]) => {
    let seen: readonly Seen[];

    beforeAll(async () => {
      seen = await run(tracing, application, 'scenarios');
    });

    test.each(scenarios)('an application that $name', ({ name, spans: expected }) => {
      const { spans = [], spanId } = seen.find((each) => each.name === name) ?? {};
      expect(spans.map(({ attributes }, index) => comparable(attributes, expected[index]))).toEqual(expected);
      for (const { name: title, kind, parentSpanId, status, attributes, events, links, scope } of spans) {
        expect(title).toBe(`LDAP ${attributes['ldap.operation'] as string}`);
        expect(kind).toBe(SpanKind.CLIENT);
        expect(parentSpanId).toBe(spanId);
        const isFailed = attributes['error.type'] !== undefined;
        expect(status).toEqual({ code: isFailed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET });
        expect([events, links]).toEqual([[], []]);
        expect(scope.name).toBe('@sentrikat/instrumentation-ldapts');
        expect(attributes).toMatchObject({ 'server.address': '127.0.0.1', 'network.protocol.name': 'ldap' });
        expect(attributes['server.port']).toEqual(expect.any(Number));
      }
    });

    test('is given the same answers and errors as without tracing', async () => {
      const untraced = await run([], application, 'scenarios');
      expect(untraced.flatMap(({ spans }) => spans)).toEqual([]);
      expect(seen.map(({ name, outcome }) => [name, outcome])).toEqual(
        untraced.map(({ name, outcome }) => [name, outcome]),
      );
    });

    test('gives nothing away: no name, no password, no value', () => {
      const told = JSON.stringify(seen.flatMap(({ spans }) => spans));
      expect(told.length).toBeGreaterThan(10_000);
      for (const secret of [personal, slapd.administrator.password, 'admin', '@example.org']) {
        expect(JSON.stringify(seen) + JSON.stringify(slapd.administrator)).toContain(secret);
        expect(told).not.toContain(secret);
      }
    });

    test('has the attributes that the README has, all of them and no other', () => {
      const readme = readFileSync(new URL('../../packages/instrumentation-ldapts/README.md', import.meta.url), 'utf8');
      const documented = Array.from(readme.matchAll(/^\| `([a-z_.]+)`/gm), ([, name]) => name);
      const names = new Set(seen.flatMap(({ spans }) => spans.flatMap(({ attributes }) => Object.keys(attributes))));
      expect([...names].toSorted()).toEqual(documented.toSorted());
    });

    test('fifty operations at once on one client have one span each, in the trace of whoever asked', async () => {
      const atOnce = await run(tracing, application, 'at once');
      expect(atOnce.map(({ spans }) => spans.map(({ name }) => name))).toEqual(
        Array.from({ length: 10 }, () => ['compare', 'extended', 'search', 'search', 'search'])
          .flat()
          .map((operation) => [`LDAP ${operation}`]),
      );
    });
  });

  test('no operation has a second span where no context manager says which runs in which', async () => {
    const [, tracing, application] = kinds[0];
    const seen = await run(tracing, application, 'scenarios', { NO_CONTEXT_MANAGER: '1' });
    expect(seen.map(({ name, spans }) => [name, spans.length])).toEqual(
      scenarios.map(({ name, spans }) => [name, spans.length]),
    );
  });

  test.each(kinds.slice(0, 2))('%s: a search whose server dies is rejected, and its span ends', async (...kind) => {
    const [, tracing, application] = kind;
    const own = await startSlapd(ldif);
    const program = start(tracing, application, 'until the server is lost', own);
    try {
      await program.printed(/connected/);
      // What it asks then is not answered before the end.
      await own.pause();
      program.child.kill('SIGUSR2');
      await program.printed(/searching/);
      await own.kill();
      const [{ outcome, spans } = { outcome: undefined, spans: [] }] = await seenBy(program);
      expect(outcome).toMatchObject({ message: expect.stringMatching(/^(Socket error|Connection closed)/) as string });
      expect(spans).toMatchObject([{ name: 'LDAP search', attributes: { 'error.type': 'connection_lost' } }]);
    } finally {
      await program.stop('SIGKILL');
      await own.stop();
    }
  });
});

/** Those of what is expected, and whatever else is said of LDAP and of errors. */
function comparable(attributes: Attributes, expected: Attributes = {}): Attributes {
  const isCompared = (name: string) => /^(ldap|error)\./.test(name) || Object.hasOwn(expected, name);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isCompared(name)));
}

function start(
  tracing: readonly string[],
  application: string,
  task: Task,
  { url, secureUrl, certificate, administrator }: SlapdServer,
  env: Readonly<Record<string, string>> = {},
): Program {
  const directory: Directory = { url, secureUrl, certificate, administrator };
  return startProgram({ args: [...tracing, `${fixtures}/${application}`, task, JSON.stringify(directory)], env });
}

async function seenBy(program: Program): Promise<Seen[]> {
  const { code, stdout, stderr } = await program.ended(60_000);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout.split('\n').findLast((line) => line.startsWith('[')) ?? '') as Seen[];
}
