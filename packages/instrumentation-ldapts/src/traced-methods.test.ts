import { AsyncResource } from 'node:async_hooks';

import { trace } from '@opentelemetry/api';
import { NoopSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  createLdapts,
  diagnosedErrors,
  endedNames,
  endedSpans,
  FakeClient,
  found,
  instrument,
  traceEachTest,
} from './instrumented.test-setup.ts';

traceEachTest();

describe('the application', () => {
  test('gets the answer itself, for its own arguments, from its own client', async () => {
    const client = new (instrument().load().Client)();
    const args = [{}, {}, {}];
    client.answer = function (...given) {
      return Promise.resolve([this, ...given]);
    };
    const answer = (await client.bind(...args)) as unknown[];
    expect(answer).toHaveLength(4);
    for (const [index, value] of [client, ...args].entries()) expect(answer[index]).toBe(value);
  });

  test('gets the error itself, rejected or thrown', async () => {
    const client = new (instrument().load().Client)();
    const error = new Error('no');
    client.answer = () => Promise.reject(error);
    await expect(client.search('')).rejects.toBe(error);
    client.answer = () => {
      throw error;
    };
    expect(() => client.search('')).toThrow(error);
    expect(endedNames()).toEqual(['LDAP search', 'LDAP search']);
  });

  test('gets at once what is no promise', () => {
    const client = new (instrument().load().Client)();
    client.answer = () => 42;
    expect(client.bind('', '')).toBe(42);
    expect(endedNames()).toEqual(['LDAP bind']);
  });

  test.each<[string, Partial<SpanProcessor>]>([
    ['start', { onStart: () => fail() }],
    ['end', { onEnd: () => fail() }],
  ])('does not feel a span processor that throws at the %s of a span', async (...[, part]) => {
    const client = new (instrument({}, Object.assign(new NoopSpanProcessor(), part)).load().Client)();
    client.answer = () => Promise.resolve(found);
    expect(await client.search('')).toBe(found);
    const pages = [];
    for await (const page of client.searchPaginated(found)) pages.push(page);
    expect(pages).toEqual([found]);
    expect(diagnosedErrors()).toHaveLength(2);
  });

  test('does not feel that its arguments, answers, pages and errors cannot be told', async () => {
    const client = new (instrument().load().Client)();
    const strange = Object.defineProperty(new Error('strange'), 'message', { get: fail });
    strange.toString = fail;
    client.answer = (...args) => Promise.resolve(args);
    expect(await client.search(strange, strange)).toEqual([strange, strange]);
    const page = await client.searchPaginated(strange).next();
    expect(page.value).toBe(strange);
    client.answer = () => Promise.reject(strange);
    await expect(client.bind(strange, strange)).rejects.toBe(strange);
    expect(endedNames()).toEqual(['LDAP search', 'LDAP bind']);
  });
});

function fail(): never {
  throw new Error('not for the application');
}

describe('whose call it is', () => {
  test('what a client asks of itself has no span, what it asks of another one has', async () => {
    const { Client } = instrument().load();
    const [client, other] = [new Client(), new Client()];
    client.answer = async () => {
      client.answer = () => Promise.resolve();
      await client.bind('', '');
      await other.bind('', '');
      return found;
    };
    await client.search('');
    expect(endedNames()).toEqual(['LDAP bind', 'LDAP search']);
    const [bind, search] = endedSpans();
    expect(bind?.parentSpanContext?.spanId).toBe(search?.spanContext().spanId);
  });

  test('what is called where an operation was, and has ended, has a span', async () => {
    const client = new (instrument().load().Client)();
    let listener: AsyncResource | undefined;
    client.answer = () => {
      listener = new AsyncResource('a socket');
      return Promise.resolve(found);
    };
    await client.search('');
    await listener?.runInAsyncScope(() => client.bind('', ''));
    expect(endedNames()).toEqual(['LDAP search', 'LDAP bind']);
  });

  test('an operation that runs at the same time on the same client has a span', async () => {
    const client = new (instrument().load().Client)();
    let answer: ((value: unknown) => void) | undefined;
    client.answer = () => new Promise((resolve) => (answer = resolve));
    const searching = client.search('');
    client.answer = () => Promise.resolve();
    await client.bind('', '');
    answer?.(found);
    await searching;
    expect(endedNames()).toEqual(['LDAP bind', 'LDAP search']);
  });
});

describe('pages', () => {
  type Ask = 'next' | 'next and one more' | 'return' | 'throw' | 'throw harmless';
  const asks: Readonly<Record<Ask, (pages: AsyncGenerator<unknown>) => Promise<unknown>>> = {
    next: (pages) => pages.next(),
    'next and one more': (pages) => pages.next(found),
    return: (pages) => pages.return('enough'),
    throw: (pages) => pages.throw('too much'),
    'throw harmless': (pages) => pages.throw('harmless'),
  };

  /** What each call of the generator comes to, one after the other or all at once. */
  async function answersOf(
    client: FakeClient,
    pages: unknown[],
    order: readonly Ask[],
    atOnce: boolean,
  ): Promise<unknown> {
    const generator = client.searchPaginated(...pages);
    const answers: Promise<unknown>[] = [];
    for (const ask of order) {
      const answer = asks[ask](generator);
      answers.push(answer);
      if (!atOnce) await answer.catch(() => {});
    }
    return Promise.allSettled(answers);
  }

  test('are asked for in any way, and are what they are without a span; there is one if a page was asked for', async () => {
    const page = fc.constantFrom(
      found,
      () => Promise.reject('a failure'),
      () => Promise.reject('harmless'),
    );
    const [{ Client: Traced }, { Client: Untraced }] = [instrument().load(), createLdapts()];
    await fc.assert(
      fc.asyncProperty(
        fc.array(page, { maxLength: 3 }),
        fc.array(fc.constantFrom(...(Object.keys(asks) as Ask[])), { maxLength: 5 }),
        fc.boolean(),
        async (pages, order, atOnce) => {
          const before = endedNames().length;
          const answers = await answersOf(new Traced(), pages, order, atOnce);
          expect(answers).toEqual(await answersOf(new Untraced(), pages, order, atOnce));
          const hasEnded = (answers as PromiseSettledResult<IteratorResult<unknown>>[]).some(
            (answer) => answer.status === 'rejected' || answer.value.done,
          );
          const isBegun = order[0]?.startsWith('next') === true;
          expect(endedNames().slice(before)).toEqual(isBegun && hasEnded ? ['LDAP search'] : []);
          expect(diagnosedErrors()).toEqual([]);
        },
      ),
    );
  });

  test('come from the generator that the client has made', () => {
    const client = new (instrument().load().Client)();
    const pages = client.searchPaginated(found);
    expect(Object.prototype.toString.call(pages)).toBe('[object AsyncGenerator]');
    expect(pages[Symbol.asyncIterator]()).toBe(pages);
    expect(Object.keys(pages)).toEqual([]);
  });

  test('are counted, up to the one that fails', async () => {
    const client = new (instrument().load().Client)();
    const error = new Error('no');
    const pages = client.searchPaginated(found, found, () => Promise.reject(error));
    const takeAll = async () => {
      for await (const page of pages) expect(page).toBe(found);
    };
    await expect(takeAll()).rejects.toBe(error);
    expect(endedSpans()[0]?.attributes).toMatchObject({
      'ldap.search.entries': 2,
      'ldap.search.references': 0,
      'ldap.search.pages': 2,
      'error.type': 'Error',
    });
  });

  test('leave the loop that takes them outside of the span', async () => {
    const client = new (instrument().load().Client)();
    const active: unknown[] = [];
    for await (const _ of client.searchPaginated(found, () => trace.getActiveSpan() && found))
      active.push(trace.getActiveSpan());
    expect(active).toEqual([undefined, undefined]);
    expect(endedSpans()[0]?.attributes['ldap.search.pages']).toBe(2);
  });
});
