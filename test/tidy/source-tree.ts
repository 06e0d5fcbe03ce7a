/**
 * The repository's own files, parsed where they are code: what the tidiness rules look at.
 *
 * Read from the folder, not from git, so that an archive without history is judged in the same way. What `.gitignore`
 * names is left out; symbolic links are not followed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

import { parseSync, type ParseResult } from 'oxc-parser';

/** One file, by its path below the repository's root with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Present for TypeScript and JavaScript. */
  readonly syntax?: ParseResult;
}

/** A file of the tree, or a snippet that is judged as if it lay at `path`. */
export function createSourceFile(path: string, text: string): SourceFile {
  if (!codeExtensions.has(extname(path))) return { path, text };
  const syntax = parseSync(path, text);
  const problem = syntax.errors[0];
  if (problem !== undefined) throw new SyntaxError(`${path}: ${problem.message}\n${problem.codeframe ?? ''}`);
  return { path, text, syntax };
}

/** Every text file of the repository that is written by hand, plus `package-lock.json`. */
export function readSourceTree(root: string): SourceFile[] {
  const isIgnored = ignoreRule(readFileSync(join(root, '.gitignore'), 'utf8'));
  return [...walk('')];

  function* walk(folder: string): Generator<SourceFile> {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isIgnored(entry.name, entry.isDirectory())) continue;
      if (entry.isDirectory()) yield* walk(path);
      else if (entry.isFile() && !binaryExtensions.has(extname(path)))
        yield createSourceFile(path, readFileSync(join(root, path), 'utf8'));
    }
  }
}

const codeExtensions = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);
const binaryExtensions = new Set(['.png', '.jpg', '.gif', '.ico', '.gz', '.tgz']);

/** Understands the two forms `.gitignore` uses here for whole folders and suffixes: `name/` and `*.suffix`. */
function ignoreRule(gitignore: string): (name: string, isFolder: boolean) => boolean {
  const patterns = gitignore
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('!'));
  const folders = new Set(patterns.filter((pattern) => pattern.endsWith('/')).map((pattern) => pattern.slice(0, -1)));
  const suffixes = patterns.filter((pattern) => pattern.startsWith('*')).map((pattern) => pattern.slice(1));
  return (name, isFolder) =>
    isFolder ? name === '.git' || folders.has(name) : suffixes.some((suffix) => name.endsWith(suffix));
}
