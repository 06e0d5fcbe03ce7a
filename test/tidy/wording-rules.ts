/** Rules about what a file must and must not say. */
import { posix } from 'node:path';

import { isPackageSource, ofCode, wholeFile, type Breach, type Rule } from './rule.ts';
import type { SourceFile } from './source-tree.ts';
import { headComment, offsetsOf } from './syntax.ts';

export const wordingRules: readonly Rule[] = [
  {
    name: 'a module of a package begins by saying what it is for',
    remedy: 'open the file with a comment: purpose, invariants, limits',
    breaches: ofCode((file) =>
      isPackageSource(file.path) && headComment(file.syntax) === undefined ? [wholeFile] : [],
    ),
    broken: [['packages/cli/src/a.ts', `import { b } from './b.ts';\n/** Too late. */\nexport const a = b;`]],
    kept: [
      ['packages/cli/src/a.ts', `/** The answer. */\nexport const a = 42;`],
      ['packages/cli/src/a.test.ts', `test('x', () => {});`],
    ],
  },
  {
    name: 'no enums',
    remedy: 'a union of literals, or a table "as const"',
    breaches: ofCode((file) => offsetsOf(file.syntax, 'TSEnumDeclaration').map((offset) => ({ what: 'enum', offset }))),
    broken: [['packages/cli/src/a.ts', `export enum Level { Low }`]],
    kept: [['packages/cli/src/a.ts', `export type Level = 'low';`]],
  },
  {
    name: 'no any',
    remedy: 'unknown and a check, or the real type',
    breaches: ofCode((file) => offsetsOf(file.syntax, 'TSAnyKeyword').map((offset) => ({ what: 'any', offset }))),
    broken: [['packages/cli/src/a.ts', `export const f = (x: Array<any>) => x;`]],
    kept: [['packages/cli/src/a.ts', `export const any = (x: unknown) => x; // any`]],
  },
  {
    name: 'nothing is left for later',
    remedy: 'do it now, or leave it out and say so where a user meets the limit',
    breaches: leftOvers,
    broken: [
      ['packages/cli/src/a.ts', `// ${'TO'}DO: handle errors`],
      ['docs/rotation.md', `${'FIX'}ME: explain`],
    ],
    kept: [['packages/cli/src/a.ts', `const hack = 'a todo list';`]],
  },
  {
    name: 'every package.json says what it is, under which licence, for which Node',
    remedy: 'add "description", "license" and "engines.node"',
    breaches: incompleteManifest,
    broken: [
      ['packages/cli/package.json', `{ "license": "Apache-2.0", "engines": { "node": ">=22.15.0" } }`],
      [
        'packages/cli/package.json',
        `{ "description": "", "license": "Apache-2.0", "engines": { "node": ">=22.15.0" } }`,
      ],
      ['packages/cli/package.json', `{ "description": "A", "license": "Apache-2.0", "engines": {} }`],
    ],
    kept: [
      [
        'packages/cli/package.json',
        `{ "description": "A", "license": "Apache-2.0", "engines": { "node": ">=22.15.0" } }`,
      ],
    ],
  },
  {
    name: 'no path of one machine and no package registry is written into the tree',
    remedy: 'derive the path from import.meta.url or an argument; leave the registry to npm’s own configuration',
    breaches: (file) => matches(file, machineOrRegistry),
    broken: [
      ['docs/a.md', `see /${'home'}/alice/logs`],
      ['test/a.ts', `const dir = '/${'Users'}/alice/logs';`],
      ['.npmrc', `registry=https://registry.${'npmjs'}.org/`],
      ['package-lock.json', `"${'resolved'}": "https://mirror.example/a.tgz"`],
    ],
    kept: [
      ['docs/a.md', `\`/var/log/sentrikat\`, or $STORAGE_ROOT/logs; https://www.npmjs.com/package/pg is a page`],
      ['package-lock.json', `"resolved": "packages/cli", "integrity": "sha512-x"`],
    ],
  },
  {
    name: 'the project speaks of itself alone',
    remedy: 'say what the code does and why; how the work on it was organised is nobody’s concern',
    breaches: (file) => matches(file, organisationOfWork),
    broken: [
      ['docs/a.md', `as the ${'brief'} asks`],
      ['packages/cli/src/a.ts', `// the ${'lead'} wants this`],
      ['README.md', `written by a coding ${'agent'}`],
    ],
    kept: [
      [
        'docs/a.md',
        `a session cookie, the user agent, a task, https://github.com/python/cpython/issues/116263, a brief outage`,
      ],
    ],
  },
];

const machineOrRegistry =
  /\/(home|Users|root)\/\w+|\/work\/(main|shared)|\bC:\\Users\\|\bregistry\.[\w-]+\.(com|org)\b|"resolved": "https?:[^"]*|\b(artifactory|verdaccio-mirror|npm-proxy)\./g;
const organisationOfWork =
  /\bthe br[i]ef\b|\bthe le[a]d\b|\bsub-?age[n]ts?\b|\bcoding age[n]ts?\b|\bste[e]ring\b|\blanguage mod[e]l\b|\bCl[a]ude\b|\bChatG[P]T\b|\bother engin[e]er\b|\bthis t[a]sk\b|\bmilest[o]ne\b|\bDESIG[N]\.md\b|\bSTYL[E]\.md\b|\bFEASIBILIT[Y]\.md\b/gi;

function leftOvers(file: SourceFile): Breach[] {
  const later = /\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/g;
  if (file.syntax === undefined) return file.path.endsWith('.json') ? [] : matches(file, later);
  return file.syntax.comments.flatMap(({ value, start }) =>
    Array.from(value.matchAll(later), (match) => ({ what: match[0], offset: start + 2 + match.index })),
  );
}

function* incompleteManifest({ path, text }: SourceFile): Generator<Breach> {
  if (posix.basename(path) !== 'package.json' || path.includes('/fixtures/')) return;
  const { description, license, engines } = JSON.parse(text) as {
    description?: string;
    license?: string;
    engines?: { node?: string };
  };
  if (!description) yield { what: 'no description' };
  if (license !== 'Apache-2.0') yield { what: `license is ${JSON.stringify(license)}` };
  if (engines?.node === undefined) yield { what: 'no engines.node' };
}

function matches({ text }: SourceFile, pattern: RegExp): Breach[] {
  return Array.from(text.matchAll(pattern), (match) => ({ what: `"${match[0]}"`, offset: match.index }));
}
