/** The shape every tidiness rule has, how a breach of one reads, and the few words the rules are written with. */
import type { SourceFile } from './source-tree.ts';

/** Where a rule is broken: an offset into the file's text, or nothing for the file as a whole. */
export interface Breach {
  readonly what: string;
  readonly offset?: number;
}

/** A file's path and text, written out in the table to prove that the rule sees what it claims to see. */
type Snippet = readonly [path: string, text: string];

/** One rule of the house style. */
export interface Rule {
  /** The rule itself, as a sentence. */
  readonly name: string;
  /** What to do instead. */
  readonly remedy: string;
  readonly breaches: (file: SourceFile) => Iterable<Breach>;
  /** Each of these breaks the rule. */
  readonly broken: readonly Snippet[];
  /** None of these does. */
  readonly kept: readonly Snippet[];
}

/** `path:line: what` for each breach; the rule and its remedy stand once at the end. Empty when the files keep the rule. */
export function report(rule: Rule, files: readonly SourceFile[]): string {
  const lines = files.flatMap((file) =>
    Array.from(rule.breaches(file), ({ what, offset }) => `${file.path}:${lineOf(file.text, offset)}: ${what}`),
  );
  return lines.length === 0 ? '' : `${lines.join('\n')}\n  rule  ${rule.name}\n  do    ${rule.remedy}`;
}

function lineOf(text: string, offset: number = 0): number {
  return text.slice(0, offset).split('\n').length;
}

/** A file that has been parsed. */
export type CodeFile = SourceFile & { readonly syntax: NonNullable<SourceFile['syntax']> };

/** A rule about code; other files pass. */
export function ofCode(breaches: (file: CodeFile) => Iterable<Breach>): Rule['breaches'] {
  return (file) => (isCode(file) ? breaches(file) : []);
}

function isCode(file: SourceFile): file is CodeFile {
  return file.syntax !== undefined;
}

export const wholeFile: Breach = { what: 'the file as a whole' };

export function quoted(what: string): Breach {
  return { what: `"${what}"` };
}

/** The package whose `src` folder a path lies in. */
export function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\/src\//.exec(path)?.[1];
}

/** A test, or a program that a test starts. */
export function isTest(path: string): boolean {
  return /\.test(-[a-z-]+)?\.ts$/.test(path);
}

/** Code that is published or run as the service, as opposed to tests of it. */
export function isPackageSource(path: string): boolean {
  return packageOf(path) !== undefined && !isTest(path);
}
