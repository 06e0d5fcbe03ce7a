/** Secrets in every notation, among other things, and so made that any part that is left of one can be found. */
import { inspect } from 'node:util';

import * as fc from 'fast-check';

import { secretEndings, secretNames } from './secret-keys.ts';

/** In every secret again and again, and in nothing else. */
export const secretMark = 'zQ7';
/** In all that is none, and has to stay. */
export const keptMark = 'keep-5';

/** Several marks with such characters between them. */
function secretWith(...separators: readonly string[]): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...separators), { minLength: 1, maxLength: 6 })
    .map((parts) => secretMark + parts.map((part) => part + secretMark).join(''));
}

const plain = [...'!#$*+-./?@^_|~0aZ', 'é', '世', '𝒳', '%C3', '%20'];
const any = [...plain, ...' "\'`\\{}[](),;&:=<>\n\r\t', '\0', '\u2028', '\ud835', 'n', 'password=', '","', "''", '\\"'];
export const anySecret: fc.Arbitrary<string> = secretWith(...any);

const word = fc.constantFrom('', 'user', 'db', 'x', 'my2');

/** A secret's name, as people write it: in any case, behind other words, before a number. */
export const secretKey: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...secretNames),
      fc.tuple(word, fc.constantFrom(...secretEndings)).map(([before, ending]) => before + ending),
    ),
    fc.constantFrom('lower', 'upper', 'capital'),
    fc.constantFrom('', '', '', '2', '_1'),
  )
  .map(([name, style, number]) => styled(name, style) + number);

function styled(name: string, style: 'lower' | 'upper' | 'capital'): string {
  if (style === 'upper') return name.toUpperCase();
  return style === 'lower' ? name : name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** Names that say that their values go on to the end of the line. */
const ofLine = /(?:authorization|cookies?|phrase|mnemonic|answer|connectionstring)[_\d]*$/i;
const keyOfWord = secretKey.filter((key) => !ofLine.test(key));

const notations: readonly fc.Arbitrary<string>[] = [
  // Bare.
  fc
    .tuple(
      keyOfWord,
      fc.constantFrom('=', ': ', ':', ' = ', ' => ', ':='),
      secretWith(...plain, ',', ';', ')', "'", '"', '`'),
    )
    .map((parts) => parts.join('')),
  fc
    .tuple(secretKey, secretWith(...plain, ' ', ',', ';', '=', ':'))
    .map(([key, secret]) => `${key}: ${secret}\n`)
    .filter((text) => ofLine.test(text.split(':')[0]!)),
  fc.tuple(keyOfWord, secretWith(...plain)).map(([key, secret]) => `--${key} ${secret}`),
  // In quotes.
  fc.tuple(secretKey, anySecret).map(([key, secret]) => inspect({ a: 1, [key]: secret, b: [secret].length })),
  fc
    .tuple(secretKey, anySecret)
    .map(([key, secret]) => `SET ${key} = '${secret.replaceAll("'", "''").replaceAll('\\', '')}'`),
  fc.tuple(secretKey, anySecret, fc.nat(3), fc.constantFrom(undefined, 2)).map(([key, secret, depth, indent]) => {
    let text = JSON.stringify({ a: 1, [key]: secret, b: { [key]: [secret, { secret }] } }, null, indent);
    for (let level = 0; level < depth; level++) text = JSON.stringify({ text, level });
    return text;
  }),
  fc.tuple(secretKey, anySecret).map(([key, secret]) => `<x:${key}>${secret.replaceAll('<', '&lt;')}</x:${key}>`),
  // In URLs.
  fc.tuple(secretKey, anySecret).map(([key, secret]) => `/a?b=1&${new URLSearchParams({ [key]: secret })}&c=1`),
  fc.tuple(secretKey, anySecret).map(([key, secret]) => {
    const url = `https://h/?b=1&${new URLSearchParams({ [key]: secret.replaceAll('%', '') })}&c=1`;
    return `/a?next=${encodeURIComponent(url)}&d=1`;
  }),
  fc
    .tuple(fc.constantFrom('', 'bob'), secretWith(...plain.filter((part) => part !== '@'), ':', '&', '=', ',', ';'))
    .map(([user, secret]) => `x+y://${user}:${secret}@host/a@b`),
  // By themselves.
  secretWith(...'-._~+/').map((secret) => `Bearer ${secret}`),
  secretWith(...'-_').map((secret) => `eyJhbGciOiJIUzI1NiJ9.eyJ${secret}.${secret}`),
  fc
    .tuple(fc.constantFrom('', 'RSA ', 'EC '), secretWith('\n', '+', '/', '='))
    .map(([kind, secret]) => `-----BEGIN ${kind}PRIVATE KEY-----\n${secret}\n-----END ${kind}PRIVATE KEY-----`),
  fc.constantFrom('ghp_', 'npm_', 'AIza', 'sk_live_', 'hf_', 'sk-').map((prefix) => prefix + secretMark.repeat(14)),
];

const kept = fc.constantFrom(keptMark, `user:17 ${keptMark} ip:192.0.2.1`, `/a/${keptMark}?b=1`, `é ${keptMark} 世`);

/** A notation of a secret with what has to stay around it. */
export const textWithSecret: fc.Arbitrary<string> = fc
  .tuple(kept, fc.constantFrom(' ', '\n', '\t'), fc.oneof(...notations), fc.constantFrom(' ', '\n', '\r\n'), kept)
  .map((parts) => parts.join(''));

/** Whatever a secret may be, when its key says that it is one. */
const secretValue: fc.Arbitrary<unknown> = fc.oneof(
  anySecret,
  anySecret.map((secret) => [secret]),
  anySecret.map((secret) => ({ a: { b: secret } })),
  anySecret.map((secret) => Buffer.from(secret)),
  anySecret.map((secret) => new Map([[secret, secret]])),
  anySecret.map((secret) => new Error(secret)),
);

/** The places where a secret can be. */
const secretPlace: fc.Arbitrary<unknown> = fc.oneof(
  textWithSecret,
  textWithSecret.map((text) => Buffer.from(text)),
  textWithSecret.map((text) => new Error(text)),
  textWithSecret.map((text) => ({ [text]: keptMark })),
  fc.tuple(secretKey, secretValue).map(([key, value]) => ({ [key]: value, kept: keptMark })),
  fc.tuple(secretKey, secretValue).map(
    ([key, value]) =>
      new Map<string, unknown>([
        [key, value],
        ['kept', keptMark],
      ]),
  ),
  fc.tuple(secretKey, secretValue).map(([key, value]) => Object.entries({ kept: keptMark, [key]: value })),
  fc.tuple(secretKey, secretValue).map(([name, value]) => ({ name, value, kept: keptMark })),
  fc
    .tuple(fc.constantFrom('Authorization', 'cookie', 'Set-Cookie', 'x-api-key'), anySecret)
    .map(([name, secret]) => ['Host', keptMark, name, secret]),
);

/** With the secret at any depth. */
export const valueWithSecret: fc.Arbitrary<unknown> = fc
  .tuple(secretPlace, fc.array(fc.constantFrom('list', 'object', 'map', 'set'), { maxLength: 4 }))
  .map(([place, nesting]) => nesting.reduce<unknown>(nested, place));

function nested(value: unknown, kind: 'list' | 'object' | 'map' | 'set'): unknown {
  if (kind === 'list') return [1, keptMark, value, null];
  if (kind === 'object') return { a: keptMark, nested: value, b: 1.5 };
  return kind === 'map' ? new Map([['a', value]]) : new Set([value, keptMark]);
}
