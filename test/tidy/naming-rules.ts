/** Rules about what things are called. */
import { ofCode, quoted, type Rule } from './rule.ts';
import { interfaceNamesOf, memberNamesOf, namesOf, testTitlesOf } from './syntax.ts';

export const namingRules: readonly Rule[] = [
  {
    name: 'file and folder names are kebab-case',
    remedy: 'rename it after its one concept: "slow-query-line.ts"',
    breaches: ({ path }) =>
      path
        .split('/')
        .filter((segment) => !isKebabCase(segment))
        .map(quoted),
    broken: [
      ['packages/cli/src/slowQuery.ts', ''],
      ['test/Fixtures/app.cjs', ''],
      ['docs/log_rotation.md', ''],
    ],
    kept: [
      ['packages/cli/src/slow-query.test.ts', ''],
      ['docs/decisions/0001-why-sqlite-locks.md', ''],
      ['README.md', ''],
      ['packages/file-exporter/reference/python_logging.py', ''],
      ['.oxlintrc.json', ''],
      ['collector/drain/drain_test.go', ''],
    ],
  },
  {
    name: 'no dumping grounds',
    remedy: 'find the concept each function belongs to and name the file after it',
    breaches: ({ path }) =>
      path
        .split('/')
        .filter((segment) => dumpingGround.test(segment))
        .map(quoted),
    broken: [
      ['packages/cli/src/utils.ts', ''],
      ['packages/cli/src/http/request-helpers.ts', ''],
      ['test/common/wait.ts', ''],
    ],
    kept: [['packages/cli/src/commonwealth.ts', '']],
  },
  {
    name: 'names have no leading underscore',
    remedy: '#private for a class member; for an unused parameter leave it out or destructure',
    breaches: ofCode((file) =>
      [...namesOf(file.syntax), ...memberNamesOf(file.syntax)].flatMap(({ name, offset }) =>
        name.startsWith('_') && !['_', '__dirname', '__filename'].includes(name) ? [{ what: `"${name}"`, offset }] : [],
      ),
    ),
    broken: [
      ['packages/cli/src/a.ts', `const _cache = new Map();`],
      ['packages/cli/src/a.ts', `class A { private _open = true; }`],
      ['packages/cli/src/a.ts', `const f = (_unused: string) => 1;`],
    ],
    kept: [['packages/cli/src/a.ts', `const { a: _, ...path } = __dirname + other._theirs + { __proto__: null };`]],
  },
  {
    name: 'no I before the name of an interface',
    remedy: 'name it after what it is',
    breaches: ofCode(({ syntax }) =>
      interfaceNamesOf(syntax).flatMap(({ name, offset }) =>
        /^I[A-Z][a-z]/.test(name) ? [{ what: `"${name}"`, offset }] : [],
      ),
    ),
    broken: [['packages/cli/src/a.ts', `export interface IWriter { write(): void }`]],
    kept: [['packages/cli/src/a.ts', `export interface Item { id: string }\nexport interface IPAddress { v: 4 | 6 }`]],
  },
  {
    name: 'the name of a test is a claim',
    remedy: 'say what is so: "reopens when another process has rotated"',
    breaches: ofCode((file) =>
      testTitlesOf(file.syntax).flatMap(({ name, offset }) =>
        /\bshould\b/i.test(name) ? [{ what: `"${name}"`, offset }] : [],
      ),
    ),
    broken: [
      ['packages/cli/src/a.test.ts', `test('should reopen', () => {});`],
      [
        'packages/cli/src/a.test.ts',
        `describe('x', () => { it.skipIf(true)('it should ' + 1, f); test.each([1])(\`should $0\`, f); });`,
      ],
    ],
    kept: [['packages/cli/src/a.test.ts', `test('reopens', () => { const should = 'should'; });`]],
  },
];

const documents = /^(README|CONTRIBUTING|CHANGELOG|SECURITY|CODE_OF_CONDUCT)\.md$|^(LICENSE|NOTICE|Dockerfile)$/;
const dumpingGround = /(^|[-.])(utils?|helpers?|commons?|shared|misc|legacy)([-.]|$)/;

function isKebabCase(segment: string): boolean {
  // Python imports a module by its name, which cannot hold a hyphen; Go knows by a name what is a test, and for which system a file is.
  return (
    segment.endsWith('.py') ||
    /^[a-z0-9]+(_[a-z0-9]+)*\.go$/.test(segment) ||
    documents.test(segment) ||
    /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(segment)
  );
}
