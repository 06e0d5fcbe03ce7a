/**
 * All kinds of secrets that are known by what they look like, one row each. Where two look at the same place, the
 * first is asked first.
 */
import type { SecretKeys } from '../secret-keys.ts';
import { cardNumber } from './card-number.ts';
import { basicCredentials, bearerToken } from './credentials.ts';
import { failingRow, keyDetail } from './database-detail.ts';
import { markOf, type Detector } from './detector.ts';
import { endingPattern } from './ending-pattern.ts';
import { formField } from './form-data.ts';
import { jsonWebToken } from './json-web-token.ts';
import { prefixedKeys } from './key-prefixes.ts';
import { flagValue, namedValue, taggedValue } from './named-value.ts';
import { privateKey } from './private-key.ts';
import { createAboutName } from './secret-behind-name.ts';
import { urlPassword } from './url-password.ts';

const knownByThemselves: readonly Detector[] = [
  privateKey,
  jsonWebToken,
  ...prefixedKeys,
  bearerToken,
  basicCredentials,
  urlPassword,
  cardNumber,
];

/** Everything that can stand where a secret stood. */
export const marks: ReadonlySet<string> = new Set(['', ...knownByThemselves.flatMap(({ kinds }) => kinds)].map(markOf));

/** Whether something already stands in a secret's place. */
export function isMark(text: string): boolean {
  return text.startsWith('[') && marks.has(text);
}

export function createDetectors(secretKeys: SecretKeys): readonly Detector[] {
  const { names } = secretKeys;
  const options = {
    aboutName: createAboutName(secretKeys),
    fewestNameCharacters: Math.min(...names.map(({ length }) => length)),
    nameEndings: nameEndings([...names, 'value']),
    isMark,
  };
  const behindNames = [namedValue, taggedValue, flagValue, keyDetail, failingRow, formField];
  return [...knownByThemselves, ...behindNames.map((detector) => detector(options))];
}

/** So many letters tell secret names from nearly all others. */
const tellingLetters = 4;

/**
 * In any case; and what stands between the words of a name, as in `api_key` and `API key`, for a letter. No full stop behind two
 * letters: `a.ts:12`.
 */
function nameEndings(names: readonly string[]): string {
  return endingPattern(new Set(names.map((name) => name.slice(-tellingLetters))), {
    classOf: (letters) => `[${letters.toUpperCase()}${letters}]`,
    instead: ['[ _-]', '[ _.-]'],
  });
}
