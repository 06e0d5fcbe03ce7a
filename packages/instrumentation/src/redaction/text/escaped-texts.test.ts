/** What is a secret in a text is one where the text was encoded as a whole, and all else of it stays as it was encoded. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createSecretKeys } from '../secret-keys.ts';
import { keptMark, secretMark, textWithSecret } from '../secrets.test-arbitrary.ts';
import { createDetectors } from './detectors.ts';
import { TextRedaction } from './text-redaction.ts';
import { openTexts, ordinaryTexts, textsWithSecrets } from './texts.test-corpus.ts';

const redaction = new TextRedaction(createDetectors(createSecretKeys()));

interface Encoding {
  readonly name: string;
  readonly encode: (text: string) => string;
  readonly decode: (text: string) => string;
}

const percent: Encoding = { name: 'URL', encode: encodeURIComponent, decode: decodeURIComponent };

/** As one who wants to hide something does: letters as well. */
const everyCharacter: Encoding = {
  name: 'URL, every character',
  encode: (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  decode: decodeURIComponent,
};

const numbers: Encoding = {
  name: 'string with numbers for all but letters and digits',
  encode: (text) => text.replaceAll(/[^a-z0-9 ]/gi, numberOf),
  decode: decodeString,
};

const everyNumber: Encoding = {
  name: 'string with numbers for every character',
  encode: (text) => text.replaceAll(/[^]/g, numberOf),
  decode: decodeString,
};

const short: Encoding = {
  name: 'string with short numbers',
  encode: (text) =>
    text.replaceAll(/[^a-z0-9 ]/gi, (character) => numberOf(character).replace(String.raw`\u00`, String.raw`\x`)),
  decode: (text) => decodeString(text.replaceAll(String.raw`\x`, String.raw`\u00`)),
};

function numberOf(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0');
}

/** Of what is escaped already, the backslash is a number as well. */
function decodeString(text: string): string {
  return text.replaceAll(/\\u([0-9a-f]{4})/g, (...[, hex]) => String.fromCharCode(Number.parseInt(String(hex), 16)));
}

function times(count: number, { name, encode, decode }: Encoding): Encoding {
  const repeat = (change: (text: string) => string) => (text: string) =>
    Array.from({ length: count }).reduce<string>(change, text);
  return { name: `${name}, ${count} times`, encode: repeat(encode), decode: repeat(decode) };
}

/** As `inspect` writes texts with all three quotes in them. In a string with numbers, the backslash is taken for two. */
const hasQuotesOfAllKinds = /\\'/;

const encodings = [percent, times(2, percent), everyCharacter, numbers, everyNumber, short];

describe.each(encodings)('in a $name', ({ encode, decode }) => {
  test.each([...textsWithSecrets, ...openTexts])('%j becomes %j', (text, redacted) => {
    expect(decode(redaction.redact(encode(text)))).toBe(redacted);
  });

  test.each(ordinaryTexts)('%j stays', (text) => {
    expect(redaction.redact(encode(text))).toBe(encode(text));
  });

  test('nothing of a secret comes through, and what is before it does', () => {
    fc.assert(
      fc.property(
        textWithSecret.map((text) => text.toWellFormed()).filter((text) => !hasQuotesOfAllKinds.test(text)),
        (text) => {
          const shown = decode(redaction.redact(encode(text)));
          expect(shown).not.toContain(secretMark);
          expect(shown.startsWith(text.slice(0, text.indexOf(keptMark) + keptMark.length))).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
