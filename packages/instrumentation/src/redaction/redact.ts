/** Takes the secrets out of a value before anybody writes or sends it. Pure. */
import type { Json, JsonObject } from './json.ts';
import { isSecretKey } from './secret-keys.ts';

/** What stands where a secret stood. */
export const redacted = '[redacted]';

export interface Redacted<Value extends Json> {
  readonly value: Value;
  /** How many secrets there were: that something is missing is never silent. */
  readonly count: number;
}

/** A copy without the values of keys that hold secrets, at any depth. */
export function redact(value: Json): Redacted<Json> {
  let count = 0;
  return { value: copyOf(value), count };

  function copyOf(part: Json): Json {
    if (Array.isArray(part)) return part.map(copyOf);
    if (typeof part !== 'object' || part === null) return part;
    const entries = Object.entries(part as JsonObject).map(([key, each]): [string, Json] => {
      if (!isSecretKey(key) || each === null || each === '') return [key, copyOf(each)];
      count++;
      return [key, redacted];
    });
    return Object.fromEntries(entries);
  }
}
