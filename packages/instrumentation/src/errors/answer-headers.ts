/** The headers of the answer to a request that has failed. */
import { validateHeaderName, validateHeaderValue } from 'node:http';

export type AnswerHeaders = Readonly<Record<string, string | number | readonly string[]>>;

/** What a handler has prepared for another answer. All else is as true of this one: who may read it, cookies, the request's id. */
export const headersOfContent: readonly string[] = (
  'accept-ranges content-digest content-disposition content-encoding content-language content-location content-md5 ' +
  'content-range digest etag expires last-modified repr-digest trailer transfer-encoding'
).split(' ');

const ownHeaders: AnswerHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const taken: ReadonlySet<string> = new Set([...headersOfContent, ...Object.keys(ownHeaders), 'content-length']);

/** With those that the error says (`Retry-After`), as far as they are none of the content's. */
export function answerHeaders(said: unknown): AnswerHeaders {
  const kept = entriesOf(said).filter((entry) => !taken.has(entry[0].toLowerCase()) && isHeader(entry));
  return { ...(Object.fromEntries(kept) as AnswerHeaders), ...ownHeaders };
}

/** Whether Node sends it: one that it refuses would cost the client the whole answer. */
function isHeader([name, value]: [string, unknown]): boolean {
  const values = [value].flat();
  try {
    validateHeaderName(name);
    for (const each of values) validateHeaderValue(name, each as string);
  } catch {
    return false;
  }
  return values.every((each) => typeof each === 'string' || typeof each === 'number');
}

/** An error can hold anything, and throw when it is read. */
function entriesOf(said: unknown): [string, unknown][] {
  try {
    return Object.entries(Object(said) as Record<string, unknown>);
  } catch {
    return [];
  }
}
