/**
 * Methods of the client that record what they do, and otherwise do what they did: the same `this` and arguments, the same
 * answer, the same error. Only the promise is another one.
 */
import type { LdapClient } from './connection.ts';
import { operations, pagedSearch, type OperationRow, type SearchAnswer } from './operations.ts';
import type { Call, OperationSpan } from './operation-span.ts';

export type Method = (this: LdapClient, ...args: unknown[]) => unknown;

/** Starts a span, unless this call is to have none. */
export type StartSpan = (call: Call) => OperationSpan | undefined;

/** By the name of the client's method. */
export const tracedMethods: Readonly<Record<string, (original: Method, start: StartSpan) => Method>> = {
  ...Object.fromEntries(
    Object.entries(operations).map(([name, row]) => [
      name,
      (original: Method, start: StartSpan) => traceOperation(original, row, start),
    ]),
  ),
  searchPaginated: tracePages,
};

/** For a method that promises its answer. */
function traceOperation(original: Method, row: OperationRow, start: StartSpan): Method {
  return function (...args) {
    const span = start({ row, client: this, args });
    if (span === undefined) return original.apply(this, args);
    const succeed = <T>(answer: T): T => {
      span.answered(answer);
      span.succeed(answer);
      return answer;
    };
    const fail = (error: unknown): never => {
      span.fail(error);
      throw error;
    };
    let result: unknown;
    try {
      result = span.run(() => original.apply(this, args));
    } catch (error) {
      return fail(error);
    }
    return result instanceof Promise ? result.then(succeed, fail) : succeed(result);
  };
}

type Pages = AsyncGenerator<SearchAnswer>;
type Step = Promise<IteratorResult<SearchAnswer>>;

/**
 * For `searchPaginated`: one span from when the first page is asked for until there are no more, somebody stops asking (`break`), or
 * one fails. The generator is the client's own, with methods of ours in front of its prototype's.
 */
function tracePages(original: Method, start: StartSpan): Method {
  return function (...args) {
    const pages = original.apply(this, args) as Pages;
    const { next, return: stop, throw: abort } = pages;
    const total = { 'ldap.search.entries': 0, 'ldap.search.references': 0, 'ldap.search.pages': 0 };
    let state: OperationSpan | 'untouched' | 'untraced' = 'untouched';

    const step = async (ask: () => Step): Step => {
      if (typeof state === 'string') return ask();
      const span = state;
      try {
        const result = await span.run(ask);
        if (result.done === true) span.succeed();
        else tellPage(span, result.value);
        return result;
      } catch (error) {
        span.fail(error);
        throw error;
      }
    };
    const tellPage = (span: OperationSpan, page: SearchAnswer): void => {
      span.tell(() => {
        total['ldap.search.pages'] += 1;
        total['ldap.search.entries'] += page.searchEntries.length;
        total['ldap.search.references'] += page.searchReferences.length;
        return total;
      });
      span.answered(page);
    };
    const begin = (): void => {
      if (state === 'untouched') state = start({ row: pagedSearch, client: this, args }) ?? 'untraced';
    };
    /** A generator that was not begun, ends without asking anybody for anything. */
    const giveUp = (): void => {
      if (state === 'untouched') state = 'untraced';
    };

    return Object.defineProperties(pages, {
      next: method((...values: [] | [unknown]) => (begin(), step(() => next.apply(pages, values)))),
      return: method((value: unknown) => (giveUp(), step(() => stop.call(pages, value)))),
      throw: method((error: unknown) => (giveUp(), step(() => abort.call(pages, error)))),
    });
  };
}

function method(value: unknown): PropertyDescriptor {
  return { value, configurable: true, writable: true };
}
