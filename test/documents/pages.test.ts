/** The pages that are made out of tables say what the tables say. */
import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { pages } from './pages.ts';

test.each(pages.map(({ path, render }) => [path, render] as const))('%s is current', (path, render) => {
  const page = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  expect(page, 'make it again with: npm run docs').toBe(render());
});
