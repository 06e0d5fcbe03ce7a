/** Rules about which way imports point and which files touch the world. */
import { posix } from 'node:path';

import { packageArrows, rooms, shellFiles, type Reach } from './architecture.ts';
import {
  isPackageSource,
  isTest,
  ofCode,
  packageOf,
  wholeFile,
  type Breach,
  type CodeFile,
  type Rule,
} from './rule.ts';
import { importsOf, namesOf } from './syntax.ts';

export const importRules: readonly Rule[] = [
  {
    name: 'a package imports only what lies below it',
    remedy: 'move the code down, or turn the dependency into an argument; docs/architecture.md draws the arrows',
    breaches: ofCode(wrongArrows),
    broken: [
      ['packages/file-exporter/src/a.ts', `import { setUser } from '@sentrikat/instrumentation';`],
      ['packages/file-exporter/src/a.ts', `import { LoggerProvider } from '@opentelemetry/sdk-logs';`],
      ['packages/file-exporter/src/a.ts', `import bytes from 'bytes';`],
      ['packages/instrumentation/src/a.ts', `import { app } from '@sentrikat/example-service';`],
      ['packages/instrumentation/src/a.ts', `import { concerns } from '../../file-exporter/src/concerns.ts';`],
      ['packages/instrumentation/src/a.ts', `const x = await import('../../../test/servers/postgres.ts');`],
      ['packages/example-service/src/a.ts', `const x = require('@sentrikat/file-exporter');`],
    ],
    kept: [
      ['packages/file-exporter/src/a.ts', `import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';`],
      ['packages/file-exporter/src/a.test.ts', `import { LoggerProvider } from '@opentelemetry/sdk-logs';`],
      ['packages/instrumentation/src/a.ts', `import { concerns } from '@sentrikat/file-exporter';`],
      ['packages/instrumentation/src/pg/a.ts', `import { thing } from '../derived-record.ts';`],
      ['test/preload/a.ts', `import { start } from '../../packages/example-service/src/demo/postgres.ts';`],
    ],
  },
  {
    name: 'inside file-exporter a record becomes a line, a line is due a rotation, bytes reach the disk, and nothing looks back',
    remedy: 'keep line/ and rotation/ free of the disk, and hand values over where the rooms are joined',
    breaches: ofCode(wrongRooms),
    broken: [
      ['packages/file-exporter/src/rotation/a.ts', `import { nodeFileSystem } from '../disk/file-system.ts';`],
      ['packages/file-exporter/src/line/a.ts', `import { nextStep } from '../rotation/next-step.ts';`],
      ['packages/file-exporter/src/disk/a.ts', `import { formatLine } from '../line/format-line.ts';`],
      ['packages/file-exporter/src/line/a.ts', `import { LogFiles } from '../log-files.ts';`],
      ['packages/file-exporter/src/rotation/a.ts', `import { statSync } from 'node:fs';`],
      ['packages/file-exporter/src/trail/a.ts', `import { statSync } from 'node:fs';`],
      ['packages/file-exporter/src/disk/a.ts', `import { verifyTrail } from '../verify/verify-trail.ts';`],
    ],
    kept: [
      ['packages/file-exporter/src/trail/a.ts', `import { hash } from 'node:crypto';`],
      ['packages/file-exporter/src/disk/a.ts', `import { nextStep } from '../rotation/next-step.ts';`],
      ['packages/file-exporter/src/line/a.ts', `import { levelOf } from '../severity.ts';`],
      ['packages/file-exporter/src/a.ts', `import { LogFile } from './disk/log-file.ts';`],
    ],
  },
  {
    name: 'only the thin shell reaches the process, the disk, the network and the console',
    remedy:
      'take the value as an argument with its default at the composition root, or justify the file in test/tidy/architecture.ts',
    breaches: ofCode(unexpectedReach),
    broken: [
      ['packages/instrumentation/src/http/a.ts', `export const isDebug = process.env.DEBUG;`],
      ['packages/instrumentation/src/http/a.ts', `console.log('here');`],
      ['packages/file-exporter/src/a.ts', `import { statSync } from 'node:fs';`],
      ['packages/file-exporter/src/a.ts', `const { statSync } = require('node:fs/promises');`],
      ['packages/file-exporter/src/a.ts', `const now = globalThis.process.hrtime();`],
    ],
    kept: [
      ['packages/file-exporter/src/a.ts', `export const f = (task: { process: () => void }) => task.process();`],
      ['packages/file-exporter/src/a.ts', `import type { Stats } from 'node:fs';`],
      ['packages/file-exporter/src/a.test.ts', `import { statSync } from 'node:fs'; process.chdir('/');`],
      ['packages/file-exporter/src/disk/file-system.ts', `import * as fs from 'node:fs';`],
    ],
  },
  {
    name: 'index.ts is a hand-written list of named exports',
    remedy: `write each name out: export { a, type B } from './a.ts'`,
    breaches: ofCode(unlistedExports),
    broken: [
      ['packages/cli/src/index.ts', `export * from './a.ts';`],
      ['packages/cli/src/index.ts', `export * as a from './a.ts';`],
      ['packages/cli/src/index.ts', `export const a = 1;`],
    ],
    kept: [['packages/cli/src/index.ts', `/** What users get. */\nexport { a, type B } from './a.ts';`]],
  },
  {
    name: 'no barrels inside a package',
    remedy: 'import the file that defines the name; index.ts is for users of the package, and lies in src/ only',
    breaches: ofCode(barrels),
    broken: [
      ['packages/cli/src/http/index.ts', `export { a } from './a.ts';`],
      ['packages/cli/src/all-of-http.ts', `export { a } from './a.ts';\nexport { b } from './b.ts';`],
      ['packages/cli/src/http/b.ts', `import { a } from '../index.ts';`],
    ],
    kept: [
      ['packages/cli/src/index.ts', `export { a } from './a.ts';`],
      ['packages/cli/src/http/a.ts', `export { b } from './b.ts';\nexport const c = 1;`],
      ['packages/cli/src/a.test.ts', `import { a } from './index.ts';`],
    ],
  },
  {
    name: 'relative imports name the file, with its ending',
    remedy: `write './a.ts', also for what is compiled to .js`,
    breaches: ofCode((file) =>
      importsOf(file.syntax, file.text).flatMap(({ specifier, offset }) =>
        /^\.\.?\//.test(specifier) && !/\.(ts|mts|cts|json|cjs|mjs)$/.test(specifier)
          ? [{ what: `"${specifier}"`, offset }]
          : [],
      ),
    ),
    broken: [
      ['packages/cli/src/a.ts', `import { b } from './b';`],
      ['packages/cli/src/a.ts', `export { b } from './b.js';`],
      ['packages/cli/src/a.ts', `const b = import('../b');`],
    ],
    kept: [['packages/cli/src/a.ts', `import { b } from '../b.ts';\nimport c from './c.json' with { type: 'json' };`]],
  },
];

function* wrongArrows(file: CodeFile): Generator<Breach> {
  const from = packageOf(file.path);
  if (from === undefined) return;
  const arrows = packageArrows[from];
  if (arrows === undefined) {
    yield { what: `package "${from}" has no row in test/tidy/architecture.ts` };
    return;
  }
  for (const { specifier, offset, isTypeOnly } of importsOf(file.syntax, file.text)) {
    if (specifier.startsWith('.')) {
      const target = posix.join(posix.dirname(file.path), specifier);
      if (!target.startsWith(`packages/${from}/`)) yield { what: `"${specifier}" leaves the package`, offset };
      continue;
    }
    if (specifier.startsWith('node:')) continue;
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    const isOurs = name.startsWith('@sentrikat/');
    if (isOurs && !arrows.ours.includes(name)) yield { what: `"${specifier}" does not lie below "${from}"`, offset };
    if (isOurs || arrows.others === 'any' || isTest(file.path)) continue;
    const allowed = arrows.others[name];
    if (allowed === undefined || (allowed === 'types' && !isTypeOnly))
      yield { what: `"${specifier}"${allowed === 'types' ? ' at run time' : ''} in "${from}"`, offset };
  }
}

function* wrongRooms(file: CodeFile): Generator<Breach> {
  const src = 'packages/file-exporter/src/';
  if (!file.path.startsWith(src) || isTest(file.path)) return;
  const from = roomOf(file.path.slice(src.length));
  const room = from === undefined ? undefined : rooms[from];
  if (room === undefined) return;
  for (const { specifier, offset } of importsOf(file.syntax, file.text)) {
    if (specifier.startsWith('node:') && room.ofNode !== 'any' && !room.ofNode.includes(specifier))
      yield { what: `"${specifier}" in "${from}"`, offset };
    if (!specifier.startsWith('.')) continue;
    const target = roomOf(posix.relative(src, posix.join(posix.dirname(file.path), specifier)));
    if (target !== from && !room.mayImport.includes(target ?? ''))
      yield { what: `"${specifier}": from "${from}" to "${target ?? 'where the rooms are joined'}"`, offset };
  }
}

function roomOf(path: string): string | undefined {
  const [first = '', ...rest] = path.split('/');
  return Object.keys(rooms).find((name) => (rest.length > 0 ? name === first : rooms[name]?.files?.includes(first)));
}

const reachOfModule: Readonly<Record<string, Reach>> = {
  'node:fs': 'disk',
  'node:fs/promises': 'disk',
  fs: 'disk',
  'node:process': 'process',
  'node:child_process': 'process',
  'node:cluster': 'process',
  'node:worker_threads': 'process',
  'node:os': 'process',
  'node:net': 'network',
  'node:tls': 'network',
  'node:http': 'network',
  'node:https': 'network',
  'node:http2': 'network',
  'node:dgram': 'network',
  'node:sqlite': 'disk',
};
const reachOfGlobal: Readonly<Record<string, Reach>> = { process: 'process', console: 'console', fetch: 'network' };

function* unexpectedReach(file: CodeFile): Generator<Breach> {
  if (!isPackageSource(file.path) || packageArrows[packageOf(file.path) ?? '']?.isApplication === true) return;
  const allowed: readonly Reach[] = shellFiles[file.path]?.reaches ?? [];
  for (const { specifier, offset, isTypeOnly } of importsOf(file.syntax, file.text)) {
    const reach = reachOfModule[specifier];
    if (reach !== undefined && !isTypeOnly && !allowed.includes(reach))
      yield { what: `"${specifier}" (${reach})`, offset };
  }
  for (const { name, offset } of globalsOf(file)) {
    const reach = reachOfGlobal[name];
    if (reach !== undefined && !allowed.includes(reach)) yield { what: `${name} (${reach})`, offset };
  }
}

/** Names used but not declared or imported in the file, and what is reached through `globalThis`. */
function globalsOf(file: CodeFile): { readonly name: string; readonly offset: number }[] {
  const names = namesOf(file.syntax);
  const imported = new Set(
    file.syntax.module.staticImports.flatMap(({ entries }) => entries.map((entry) => entry.localName.value)),
  );
  const declared = (name: string) => new RegExp(String.raw`\b(const|let|function|class)\s+${name}\b`).test(file.text);
  const throughGlobalThis = [...file.text.matchAll(/\bglobalThis\.(\w+)/g)].map((match) => ({
    name: match[1] ?? '',
    offset: match.index,
  }));
  return [
    ...names.filter(({ name }) => Object.hasOwn(reachOfGlobal, name) && !imported.has(name) && !declared(name)),
    ...throughGlobalThis,
  ];
}

function* unlistedExports(file: CodeFile): Generator<Breach> {
  if (!isPackageSource(file.path) || posix.basename(file.path) !== 'index.ts') return;
  for (const statement of file.syntax.program.body)
    if (statement.type !== 'ExportNamedDeclaration' || statement.source === null)
      yield { what: `${statement.type} in index.ts`, offset: statement.start };
}

function* barrels(file: CodeFile): Generator<Breach> {
  if (!isPackageSource(file.path)) return;
  const isIndex = posix.basename(file.path) === 'index.ts';
  if (isIndex && !/^packages\/[^/]+\/src\/index\.ts$/.test(file.path)) yield wholeFile;
  for (const { specifier, offset } of importsOf(file.syntax, file.text))
    if (/^\.\.?\/(.*\/)?index\.ts$/.test(specifier)) yield { what: `"${specifier}"`, offset };
  const { body } = file.syntax.program;
  const onlyReExports = body.every(
    (statement) =>
      (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportAllDeclaration') &&
      statement.source !== null,
  );
  if (!isIndex && body.length > 0 && onlyReExports) yield wholeFile;
}
