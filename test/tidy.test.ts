/** Every rule of test/tidy sees what it claims to see, and this repository keeps it. */
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { report } from './tidy/rule.ts';
import { rules } from './tidy/rules.ts';
import { createSourceFile, readSourceTree } from './tidy/source-tree.ts';
import { shellFiles } from './tidy/architecture.ts';

const tree = readSourceTree(fileURLToPath(new URL('..', import.meta.url)));

describe.each(rules.map((rule) => [rule.name, rule] as const))('%s', (...[, rule]) => {
  test.each(rule.broken)('sees the breach in %s: %s', (...snippet) => {
    expect(report(rule, [createSourceFile(...snippet)])).toContain(rule.remedy);
  });

  test('lets the good snippets pass', () => {
    expect(
      report(
        rule,
        rule.kept.map((snippet) => createSourceFile(...snippet)),
      ),
    ).toBe('');
  });

  test('holds for every file of the repository', () => {
    expect(report(rule, tree)).toBe('');
  });
});

test('the tree that is judged is the repository', () => {
  const paths = tree.map(({ path }) => path);
  expect(paths).toContain('package.json');
  expect(paths).toContain('packages/file-exporter/src/concerns.ts');
  expect(paths).toContain('test/tidy.test.ts');
  expect(paths.filter((path) => /(^|\/)(node_modules|dist|\.git)\//.test(path))).toEqual([]);
});

test('every file the shell is said to consist of exists', () => {
  const paths = new Set(tree.map(({ path }) => path));
  expect(Object.keys(shellFiles).filter((path) => !paths.has(path))).toEqual([]);
});
