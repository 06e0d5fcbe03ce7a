/** What a key says about its value. */
import { remembered } from './remembered.ts';
import { resolved } from './text/escapes.ts';
import type { TextRedaction } from './text/text-redaction.ts';

/**
 * - `secret`: the value is one, whatever it is
 * - `sql`: the value is a statement, whose literals may be secrets
 * - `query`: the value is the query of a URL, without its question mark
 * - `detail`: the value may be what a database says of a row
 * - `value`: the value belongs to the name that stands beside it: `{ name: 'authorization', value: '…' }` (see `namesOfValues`)
 * - `telling`: the key itself may hold a secret, whatever its value is
 * - `prototype`: `__proto__`, which is no key yet where something is assigned to it
 */
export type KeyKind = 'plain' | 'secret' | 'sql' | 'query' | 'detail' | 'value' | 'telling' | 'prototype';

export interface Key {
  readonly kind: KeyKind;
  /** The last text below it that had no secret: methods, hosts and modules are the same in record after record. */
  ordinaryText: string;
}

export interface Keys {
  readonly about: (key: string) => Key;
  readonly isSecret: (key: string) => boolean;
}

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/ and, the second, what it was called before. */
const kinds: ReadonlyMap<string, KeyKind> = new Map([
  ['db.query.text', 'sql'],
  ['db.statement', 'sql'],
  ['url.query', 'query'],
  ['detail', 'detail'],
  ...['value', 'Value', 'oldValue', 'newValue', 'old_value', 'new_value', 'ParameterValue'].map(
    (key) => [key, 'value'] as const,
  ),
  ['__proto__', 'prototype'],
]);

/** Below which the name of a value stands that has the key `value`, or another of its kind. */
export const namesOfValues: readonly string[] =
  'name key header path param property field Name Key Header Path Param Property Field ParameterKey ParameterName'.split(
    ' ',
  );

/** Longer keys are data. */
const mostKeyCharacters = 128;

export function createKeys(isSecretName: (key: string) => boolean, texts: TextRedaction): Keys {
  return { about: remembered((key) => ({ kind: kindOf(key), ordinaryText: '' })), isSecret };

  /** Also as forms write it: `user%5Bpassword%5D`. Of longer keys the end is looked at. */
  function isSecret(key: string): boolean {
    return isSecretName(key) || isSecretName(resolved(key.slice(-mostKeyCharacters)));
  }

  function kindOf(key: string): KeyKind {
    if (key.length > mostKeyCharacters || texts.redact(key) !== key) return 'telling';
    if (isSecret(key)) return 'secret';
    return kinds.get(key) ?? 'plain';
  }
}
