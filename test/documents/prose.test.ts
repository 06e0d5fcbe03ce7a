/** The documents say nothing that the repository does not keep: links, commands, paths, variables, code. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import GithubSlugger from 'github-slugger';
import type { Token, Tokens } from 'marked';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

import { readSourceTree } from '../tidy/source-tree.ts';
import { commandsOf, isShell, tokensOf } from './markdown.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = readSourceTree(root).filter(({ path }) => path.endsWith('.md') && !path.startsWith('.'));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

test('there is a README, and its first command is the one that shows the product', () => {
  const readme = documents.find(({ path }) => path === 'README.md');
  expect(readme).toBeDefined();
  const commands = tokensOf(readme?.text ?? '').flatMap((token) => (isShell(token) ? commandsOf(token) : []));
  expect(commands[0]).toMatch(/^npm run demo\b/);
  expect(commands.some((command) => /^npm (run )?test\b/.test(command))).toBe(true);
});

describe.each(documents.map(({ path, text }) => [path, text] as const))('%s', (path, text) => {
  const tokens = tokensOf(text);

  test('links to files and headings that exist', () => {
    const links = tokens.filter(
      (token): token is Tokens.Link | Tokens.Image => token.type === 'link' || token.type === 'image',
    );
    expect(links.map(({ href }) => href).filter((href) => !leadsSomewhere(path, text, href))).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const named = tokens
      .filter((token) => isShell(token) || token.type === 'codespan')
      .flatMap((token) => [
        ...(token as Tokens.Code).text.matchAll(/\bnpm (?:run |run-script )([\w:-]+)|\bnpm (test)\b/g),
      ])
      .map((match) => match[1] ?? match[2] ?? '');
    expect(named.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });

  test('names files and folders of the repository that exist', () => {
    const named = tokens
      .filter((token): token is Tokens.Codespan => token.type === 'codespan')
      .map(({ text: code }) => code)
      .filter((code) => /^(packages|docs|test|scripts|\.ci)\/[\w./-]+$/.test(code));
    expect(named.filter((code) => !existsSync(join(root, code)))).toEqual([]);
  });

  test('names variables that docs/configuration.md or the README of the collector describes', () => {
    const rows = readPage('collector/README.md').match(/^\| `SENTRIKAT_[^|]*/gm) ?? [];
    const described = [readPage('docs/configuration.md'), ...rows].join('\n');
    const named = new Set(text.match(/\bSENTRIKAT_[A-Z][A-Z_]*[A-Z]\b/g));
    expect([...named].filter((variable) => !described.includes(variable))).toEqual([]);
  });

  test('shows code and JSON that parses', () => {
    const broken = tokens
      .filter((token): token is Tokens.Code => token.type === 'code')
      .flatMap(({ lang, text: code }) => problemsOf(lang?.split(' ')[0] ?? '', code));
    expect(broken).toEqual([]);
  });
});

function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** A page elsewhere is taken at its word; a file must exist, and so must the heading a fragment names. */
function leadsSomewhere(path: string, text: string, href: string): boolean {
  if (/^(https?|mailto):/.test(href)) return URL.canParse(href);
  const [file = '', fragment] = href.split('#');
  const target = file === '' ? path : normalize(join(dirname(path), decodeURIComponent(file)));
  if (target.startsWith('..') || !existsSync(join(root, target))) return false;
  if (fragment === undefined) return true;
  if (statSync(join(root, target)).isDirectory()) return false;
  const slugger = new GithubSlugger();
  return tokensOf(file === '' ? text : readFileSync(join(root, target), 'utf8'))
    .filter((token): token is Tokens.Heading => token.type === 'heading')
    .map((heading) => slugger.slug(plainText(heading.tokens)))
    .includes(fragment);
}

function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ('tokens' in token && token.tokens ? plainText(token.tokens) : (token as Tokens.Text).text))
    .join('');
}

function problemsOf(language: string, code: string): string[] {
  if (language === 'json') return parsesAsJson(code) ? [] : [code];
  const endings: Readonly<Record<string, string>> = {
    ts: 'ts',
    typescript: 'ts',
    js: 'mjs',
    javascript: 'mjs',
    mjs: 'mjs',
    cjs: 'cjs',
  };
  const ending = endings[language];
  return ending === undefined
    ? []
    : parseSync(`example.${ending}`, code).errors.map(({ message }) => `${message}\n${code}`);
}

function parsesAsJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
