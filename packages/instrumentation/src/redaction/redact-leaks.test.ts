/** Nothing of a secret comes through, however it is written and wherever it is. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createRedact } from './redact.ts';
import { keptMark, secretMark, textWithSecret, valueWithSecret } from './secrets.test-arbitrary.ts';

const redact = createRedact();
const numRuns = 2000;

test('of a secret in a text', () => {
  fc.assert(
    fc.property(textWithSecret, (text) => {
      const { value, count } = redact(text);
      expect(value).not.toContain(secretMark);
      expect(count).toBeGreaterThan(0);
      expect(String(value).startsWith(text.slice(0, text.indexOf(keptMark) + keptMark.length))).toBe(true);
    }),
    { numRuns },
  );
});

test('of a secret in any value, at any depth', () => {
  fc.assert(
    fc.property(valueWithSecret, (input) => {
      const { value, count } = redact(input);
      const shown = JSON.stringify(value);
      expect(shown).not.toContain(secretMark);
      expect(shown).toContain(keptMark);
      expect(count).toBeGreaterThan(0);
    }),
    { numRuns },
  );
});
