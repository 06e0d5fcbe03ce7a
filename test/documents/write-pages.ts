/** `npm run docs`: writes the pages that are made out of tables. */
import { writeFileSync } from 'node:fs';

import { pages } from './pages.ts';

for (const { path, render } of pages) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), render());
  process.stdout.write(`${path}\n`);
}
