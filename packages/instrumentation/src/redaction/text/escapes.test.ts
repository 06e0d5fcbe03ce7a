import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { resolved, writtenAt } from './escapes.ts';

test.each<[text: string, reading: string]>([
  ['%7B%22a%22%3A1%7d', '{"a":1}'],
  ['%2522', '%22'],
  [String.raw`\u0070assword \x70in`, 'password pin'],
  [String.raw`\\u0070assword \\\\\x70in`, 'password pin'],
  [String.raw`{"a":"\u007b\u0022b\u0022:\x22c\x22}"}`, String.raw`{"a":"{\"b\":\"c\"}"}`],
  [String.raw`\u005c\u0022 \\\u0022`, String.raw`\\\" \\\"`],
  // Forms have a plus sign for a space, and others an escape.
  ['%22a%22%3A+%22b+c%22', '"a": "b c"'],
  ['Bearer%20a+b%2Fc', 'Bearer a+b/c'],
  // Strings are outside.
  [String.raw`{"a":"\u002F%22+"}`, '{"a":"/%22+"}'],
  ['%0d%0A', '\r\n'],
])('%j reads %j', (...[text, reading]) => {
  expect(resolved(text)).toBe(reading);
});

test.each([
  '',
  '%',
  '%2',
  '%%%',
  '%zz %g0 %8f %C3%A9 85% 100%',
  String.raw`\ \\ \u \u00 \u00e9 \u4e16 \x \xe9 \u002 \n\t \\server\users`,
])('%j has no escapes', (text) => {
  expect(resolved(text)).toBe(text);
});

const written = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '%',
        '%2',
        '%22',
        '%25',
        '%3A',
        '%3a+',
        '+',
        '\\',
        '\\\\',
        '\\u00',
        '\\u0022',
        '\\x5c',
        'x41',
        'a',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

test('each character is known by where it is written, and none is read twice', () => {
  fc.assert(
    fc.property(written, (text) => {
      const reading = resolved(text);
      const places = writtenAt(text);
      expect(reading.length).toBeLessThanOrEqual(text.length);
      expect([places[0], places[reading.length]]).toEqual([0, text.length]);
      const all = Array.from(places.slice(0, reading.length + 1));
      const starts = [...new Set(all)];
      const parts = starts
        .slice(1)
        .map((end, index) => [text.slice(starts[index], end), all.indexOf(starts[index]!), all.indexOf(end)] as const);
      const wrong = parts.filter(([part, from, to]) => !standsFor(part, reading.slice(from, to)));
      expect(wrong).toEqual([]);
      expect(all).toEqual(all.toSorted((one, other) => one - other));
    }),
    { numRuns: 2000 },
  );
});

function standsFor(part: string, read: string): boolean {
  if (part.length === 1) return read === part || (part === '+' && read === ' ');
  // An escape may stand for several characters, as that of a quote does with its backslashes.
  return read.at(-1) === String.fromCharCode(Number.parseInt(part.slice(-2), 16));
}
