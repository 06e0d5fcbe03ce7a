import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createSecretKeys, secretEndings, secretNames, secretParameters } from '../secret-keys.ts';
import { createDetectors } from './detectors.ts';
import { hostileBeginnings, hostileUnits } from './hostile-texts.test-corpus.ts';
import { openTexts, ordinaryTexts, textsWithSecrets } from './texts.test-corpus.ts';
import { TextRedaction } from './text-redaction.ts';

const detectors = createDetectors(createSecretKeys());
const redaction = new TextRedaction(detectors);

const all = [...textsWithSecrets, ...openTexts];

test.each(all)('%j becomes %j', (text, redacted) => {
  expect(redaction.redact(text)).toBe(redacted);
  expect(redaction.found).toBe(redacted.split('[redacted').length - 1);
});

test.each(all)('%j, redacted, is not redacted again', (...[, redacted]) => {
  expect(redaction.redact(redacted)).toBe(redacted);
  expect(redaction.found).toBe(0);
});

describe.each([...secretNames, ...secretEndings.map((ending) => `old_${ending}`)])('what is behind %s goes', (name) => {
  test.each([
    [`a ${name}=s3cr3t`, `a ${name}=[redacted]`],
    [`a ${name.toUpperCase()}: s3cr3t`, `a ${name.toUpperCase()}: [redacted]`],
    [`{"a":1,"${name}2":"s3cr3t"}`, `{"a":1,"${name}2":"[redacted]"}`],
    [`{ '${name}': s3cr3t`, `{ '${name}': '[redacted]'`],
    [`/a?b=1&${name}=s3cr3t&c=1`, `/a?b=1&${name}=[redacted]&c=1`],
    [`?u=%3F${name}%3Ds3cr3t`, `?u=%3F${name}%3D[redacted]`],
    [`<x:${name}>s3cr3t</x:${name}>`, `<x:${name}>[redacted]</x:${name}>`],
    [`a --${name} s3cr3t`, `a --${name} [redacted]`],
  ])('%s', (text, redacted) => {
    expect(redaction.redact(text)).toBe(redacted);
  });
});

test.each(secretParameters)('what is behind the parameter %s goes', (name) => {
  expect(redaction.redact(`/a?${name}=s3cr3t&b=${name}`)).toBe(`/a?${name}=[redacted]&b=${name}`);
  expect(redaction.redact(`?u=%2F%3Fa%3D1%26${name}%3Ds3cr3t%26c%3D2`)).toBe(
    `?u=%2F%3Fa%3D1%26${name}%3D[redacted]%26c%3D2`,
  );
});

test.each(ordinaryTexts)('%j stays', (text) => {
  expect(redaction.redact(text)).toBe(text);
  expect(redaction.found).toBe(0);
});

test.each(textsWithSecrets)('%j is found in the midst of other text', (text, redacted) => {
  for (const [before, after] of [
    ['é', '\n'],
    ['', ' 日本'],
    ['a b\t', '\r\nc'],
  ] as const) {
    expect(redaction.redact(before + text + after)).toBe(before + redacted + after);
  }
});

test('a text that is a form begins with a parameter', () => {
  expect(redaction.redact('code=hunter2&grant_type=authorization_code&x=y')).toBe(
    'code=[redacted]&grant_type=authorization_code&x=y',
  );
});

test('a text is cut, and of a secret on the border nothing stays', () => {
  const text = 'a a a a Bearer ZQ1.ZQ2.ZQ3 b b b b';
  for (let end = 0; end <= text.length; end++) {
    const redacted = redaction.redact(text, end);
    expect(redacted).not.toContain('Z');
    expect(redacted.slice(0, text.indexOf('Z'))).toBe(text.slice(0, Math.min(end, text.indexOf('Z'))));
  }
});

test('what is found is in the text', () => {
  const text = fc
    .tuple(fc.constantFrom(...hostileBeginnings), fc.array(fc.constantFrom(...hostileUnits), { maxLength: 6 }))
    .map(([beginning, units]) => beginning + units.join(''));
  fc.assert(
    fc.property(text, (written) => {
      const answers = [...written].flatMap((character, at) =>
        detectors
          .filter((detector) => new RegExp(`[${detector.at}]`).test(character))
          .map(({ match }) => match(written, at)),
      );
      const outside = answers.filter(
        (answer) =>
          typeof answer !== 'number' &&
          !(answer.start >= 0 && answer.start < answer.end && answer.end <= written.length),
      );
      expect(outside).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
