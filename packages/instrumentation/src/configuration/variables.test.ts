import { expect, test } from 'vitest';

import { variables } from './variables.ts';

test.each([...variables])('%s has a default that it could be set to, or words for it', (...[, variable]) => {
  const { kind, default: value, defaultSays } = variable;
  const isInWords = value === undefined || Array.isArray(value);
  const [says, means] = isInWords ? [defaultSays, defaultSays] : [kind.read(String(value)), value];
  expect(means).toBeDefined();
  expect(says).toBe(means);
});

test.each([...variables])('%s says what it is for, as a sentence', (...[, { description, kind }]) => {
  expect(description).toMatch(/^[A-Za-z].*\.$/);
  expect(kind.says).not.toBe('');
});
