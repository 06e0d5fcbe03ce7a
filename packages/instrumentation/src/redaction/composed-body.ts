/**
 * A body that is put together of fields, some of which a client has chosen. Secrets are taken out of each field by itself, before it is
 * escaped and gets its neighbours: what looks like the beginning of a secret in one field must not take the next ones with it, and
 * escaping must not hide one.
 */

import { textOf } from '../process/text-of.ts';
import { asJson } from './json.ts';

/** A field's value as it may be shown. */
export type Shown = (value: string) => string;

/** A field as text, before it is searched. Null is nothing, and what refuses to be a text is shown as JSON. */
export function fieldText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return textOf(value) ?? JSON.stringify(asJson(value));
}

/** Puts the body together, of fields that have all gone through `shown`. */
export type Compose = (shown: Shown) => string;

/** Stands in a record for its body until that is redacted, which is the first thing that happens to it. */
export class ComposedBody {
  readonly #compose: Compose;

  constructor(compose: Compose) {
    this.#compose = compose;
  }

  /** Asked without any code of the value's own being run: it may be a proxy, and throw. */
  static is(body: unknown): body is ComposedBody {
    return typeof body === 'object' && body !== null && #compose in body;
  }

  compose(shown: Shown): string {
    return this.#compose(shown);
  }
}

/** The same in every copy of this package: the preload is a bundle of its own. */
const composer: unique symbol = Symbol.for('@sentrikat/instrumentation.compose');

/** Says how the body of a record comes about. Loggers of others know nothing of it, and see the body that the record has. */
export function composed<Recorded extends object>(record: Recorded, compose: Compose): Recorded {
  return { ...record, [composer]: compose };
}

export function composerOf(record: object): Compose | undefined {
  return (record as { readonly [composer]?: Compose })[composer];
}

/** Where nothing is to be taken out. */
export const asItIs: Shown = (value) => value;
