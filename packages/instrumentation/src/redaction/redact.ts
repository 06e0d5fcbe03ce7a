/** Takes the secrets out of a value before anybody writes or sends it. */
import { asJson, type Json } from './json.ts';
import { createKeys } from './keys.ts';
import { createSecretKeys, type SecretKeyOptions } from './secret-keys.ts';
import { createDetectors } from './text/detectors.ts';
import { TextRedaction } from './text/text-redaction.ts';
import { ValueRedaction } from './value-redaction.ts';

export interface Redacted {
  readonly value: Json | undefined;
  /** How many secrets there were: that something is missing is never silent. */
  readonly count: number;
}

/**
 * A function that gives a copy of any value, as plain data, without the secrets in it: the values of keys whose names
 * say so, at any depth, and what looks like a secret in all texts. Never throws, and never changes what it is given.
 */
export function createRedact(options: SecretKeyOptions = {}): (value: unknown) => Redacted {
  const redaction = createValueRedaction(options);
  return (value) => {
    const data = asJson(value);
    redaction.begin();
    return { value: redaction.value(data, 0) as Json | undefined, count: redaction.count };
  };
}

export function createValueRedaction(options: SecretKeyOptions): ValueRedaction {
  const secretKeys = createSecretKeys(options);
  const texts = new TextRedaction(createDetectors(secretKeys));
  return new ValueRedaction(createKeys(secretKeys.isSecret, texts), texts);
}
