import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { spanAttributes } from './attributes.ts';
import { packageName, packageVersion } from './version.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('the README has the table of attributes, word for word', () => {
  const rows = Array.from(
    read('../README.md').matchAll(/^\| `([a-z_.]+)` +\| (.+?) +\| (.+?) +\|$/gm),
    ([, ...cells]) => cells,
  );
  expect(rows).toEqual(Object.entries(spanAttributes).map(([name, { on, meaning }]) => [name, on, meaning]));
});

test('spans say which version of this package they come from', () => {
  const manifest = JSON.parse(read('../package.json')) as { name: string; version: string };
  expect([packageName, packageVersion]).toEqual([manifest.name, manifest.version]);
});
