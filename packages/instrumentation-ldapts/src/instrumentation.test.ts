import { context, trace } from '@opentelemetry/api';
import { isWrapped } from '@opentelemetry/instrumentation';
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';

import { endedNames, endedSpans, found, instrument, traceEachTest, type Ldapts } from './instrumented.test-setup.ts';

traceEachTest();

describe('patching', () => {
  test('both forms of ldapts are patched and unpatched, in whichever order they are loaded', () => {
    const { load, unload } = instrument();
    const [forRequire, forImport] = [load(), load()];
    expect([forRequire, forImport].flatMap(isPatched)).toEqual([true, true, true, true, true, true]);
    unload(forImport);
    expect([forRequire, forImport].flatMap(isPatched)).toEqual([false, false, false, false, false, false]);
    load(forImport);
    expect([forRequire, forImport].flatMap(isPatched)).toEqual([true, true, true, true, true, true]);
  });

  test('a method that the application has kept records nothing once the instrumentation is disabled', async () => {
    const { load, instrumentation } = instrument();
    const { Client } = load();
    const client = new Client();
    const { bind } = client;
    instrumentation.disable();
    await bind.call(client, '', '');
    instrumentation.enable();
    await bind.call(client, '', '');
    expect(endedNames()).toEqual(['LDAP bind']);
  });

  test('a method that this version of ldapts does not have stays missing', () => {
    const { Client } = instrument().load();
    expect('startTLS' in Client.prototype).toBe(false);
  });

  test('a module without a client is left as it is', () => {
    const mock = {} as Ldapts;
    expect(instrument().load(mock)).toBe(mock);
  });

  test('of two instrumentations the later one records, and the earlier one takes nothing away from it', async () => {
    const [earlier, later] = [instrument(), instrument()];
    const ldapts = later.load(earlier.load());
    earlier.unload(ldapts);
    await new ldapts.Client().bind('', '');
    expect(endedNames()).toEqual(['LDAP bind']);
    later.unload(ldapts);
    expect(isPatched(ldapts)).toEqual([false, false, false]);
  });
});

function isPatched({ Client }: Ldapts): boolean[] {
  return (['bind', 'search', 'searchPaginated'] as const).map((name) => isWrapped(Client.prototype[name]));
}

describe('options', () => {
  test.each([
    ['mask', 'uid=?,dc=example'],
    ['keep', 'uid=alice,dc=example'],
    ['omit', undefined],
    ['all' as 'mask', 'uid=?,dc=example'],
  ] as const)('distinguishedNames: %s', async (distinguishedNames, expected) => {
    const client = new (instrument({ distinguishedNames }).load().Client)();
    await client.bind('uid=alice,dc=example', 'secret');
    await client.search('uid=alice,dc=example', { filter: '(uid=alice)' });
    expect(told('ldap.dn')).toEqual([expected, undefined]);
    expect(told('ldap.search.base')).toEqual([undefined, expected]);
    expect(told('ldap.search.filter')).toEqual([undefined, '(uid=?)']);
  });

  test('requireParentSpan: no span outside of a trace', async () => {
    const { load, instrumentation } = instrument({ requireParentSpan: true });
    const client = new (load().Client)();
    const askForAll = async () => {
      await client.bind('', '');
      for await (const _ of client.searchPaginated(found));
    };
    await askForAll();
    expect(endedNames()).toEqual([]);
    const parent = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
    await context.with(trace.setSpan(context.active(), parent), askForAll);
    expect(endedNames()).toEqual(['LDAP bind', 'LDAP search']);
    instrumentation.setConfig({ requireParentSpan: false });
    await askForAll();
    expect(endedNames()).toHaveLength(4);
  });

  test('responseHook: each answer and each page, with the span that is about to end', async () => {
    const seen: unknown[] = [];
    const { load } = instrument({
      responseHook(span, info) {
        span.setAttribute('seen', true);
        seen.push(info);
        throw new Error('of no concern to the application');
      },
    });
    const client = new (load().Client)();
    client.answer = () => Promise.resolve(found);
    expect(await client.search('')).toBe(found);
    for await (const _ of client.searchPaginated(found, found));
    expect(seen).toEqual(Array.from({ length: 3 }, () => ({ operation: 'search', response: found })));
    expect(told('seen')).toEqual([true, true]);
  });

  test('a span that nobody records costs no look at the arguments', async () => {
    const { load, instrumentation } = instrument();
    instrumentation.setTracerProvider(new TracerProvider({ sampler: new AlwaysOffSampler() }));
    const client = new (load().Client)();
    let looks = 0;
    const name = { toString: () => `${(looks += 1)}` };
    client.answer = () => Promise.resolve(found);
    expect(await client.search(name)).toBe(found);
    expect(looks).toBe(0);
  });
});

function told(attribute: string): unknown[] {
  return endedSpans().map(({ attributes }) => attributes[attribute]);
}
