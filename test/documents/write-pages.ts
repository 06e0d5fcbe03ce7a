/** `npm run docs`: writes the pages that are made out of tables. */
import { mkdirSync, writeFileSync } from 'node:fs';

import { pages } from './pages.ts';

for (const { path, render } of pages) {
  const file = new URL(`../../${path}`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, render());
  process.stdout.write(`${path}\n`);
}
