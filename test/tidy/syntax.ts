/** What the rules ask of a parsed file: what it imports, which names it declares, which globals it touches. */
import { Visitor, type Comment, type Node, type ParseResult } from 'oxc-parser';

export interface Import {
  readonly specifier: string;
  readonly offset: number;
  /** Erased before the program runs. */
  readonly isTypeOnly: boolean;
}

/** Static imports, re-exports, and dynamic imports of a literal. */
export function importsOf({ module, program }: ParseResult, text: string): Import[] {
  const imports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    offset: moduleRequest.start,
    isTypeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
  }));
  const reExports = module.staticExports.flatMap(({ entries }) => {
    const from = entries[0]?.moduleRequest;
    return from == null
      ? []
      : [{ specifier: from.value, offset: from.start, isTypeOnly: entries.every((entry) => entry.isType) }];
  });
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const literal = /^(['"`])(.*)\1$/.exec(text.slice(start, end));
    return literal?.[2] === undefined ? [] : [{ specifier: literal[2], offset: start, isTypeOnly: false }];
  });
  return [...imports, ...reExports, ...dynamic, ...requiresOf(program)];
}

/** `require('x')` and `process.getBuiltinModule('x')`, which reach a module just as an import does. */
function requiresOf(program: ParseResult['program']): Import[] {
  const requires: Import[] = [];
  new Visitor({
    CallExpression({ callee, arguments: [argument] }) {
      const name =
        callee.type === 'Identifier'
          ? callee.name
          : callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name;
      // A bundler numbers a `require` that would hide its own.
      if (name === false || !/^(require(\$\d+)?|getBuiltinModule)$/.test(name)) return;
      if (argument?.type === 'Literal' && typeof argument.value === 'string')
        requires.push({ specifier: argument.value, offset: argument.start, isTypeOnly: false });
    },
  }).visit(program);
  return requires;
}

export interface Name {
  readonly name: string;
  readonly offset: number;
}

/** Identifiers that stand for a variable, function, parameter or type: keys and properties of objects are left out. */
export function namesOf({ program }: ParseResult): Name[] {
  const keys = new Set<number>();
  const names: Name[] = [];
  const leaveOut = (key: Node) => keys.add(key.start);
  new Visitor({
    MemberExpression: (node) => void (node.computed || leaveOut(node.property)),
    Property: (node) => void (node.computed || node.shorthand || leaveOut(node.key)),
    PropertyDefinition: (node) => void (node.computed || leaveOut(node.key)),
    MethodDefinition: (node) => void (node.computed || leaveOut(node.key)),
    TSPropertySignature: (node) => void (node.computed || leaveOut(node.key)),
    TSMethodSignature: (node) => void (node.computed || leaveOut(node.key)),
    TSQualifiedName: (node) => void leaveOut(node.right),
    ImportSpecifier: (node) => void (node.imported.start === node.local.start || leaveOut(node.imported)),
    ExportSpecifier: (node) => void leaveOut(node.exported),
    Identifier: ({ name, start }) => void names.push({ name, offset: start }),
  }).visit(program);
  return names.filter(({ offset }) => !keys.has(offset));
}

/** Keys of class members and of interface or type members, where a private name would be declared. */
export function memberNamesOf({ program }: ParseResult): Name[] {
  const names: Name[] = [];
  const take = ({ key }: { readonly key: Node }) => {
    if (key.type === 'Identifier') names.push({ name: key.name, offset: key.start });
  };
  new Visitor({
    PropertyDefinition: take,
    MethodDefinition: take,
    TSPropertySignature: take,
    TSMethodSignature: take,
  }).visit(program);
  return names;
}

/** What interfaces are called. */
export function interfaceNamesOf({ program }: ParseResult): Name[] {
  const names: Name[] = [];
  new Visitor({
    TSInterfaceDeclaration: ({ id }) => void names.push({ name: id.name, offset: id.start }),
  }).visit(program);
  return names;
}

/** Titles given to `test`, `it` and `describe`, in all their chained forms. */
export function testTitlesOf({ program }: ParseResult): Name[] {
  const titles: Name[] = [];
  new Visitor({
    CallExpression({ callee, arguments: [title] }) {
      if (!['describe', 'it', 'test'].includes(firstName(callee)) || title === undefined) return;
      if (title.type === 'Literal' && typeof title.value === 'string')
        titles.push({ name: title.value, offset: title.start });
      if (title.type === 'TemplateLiteral')
        titles.push({ name: title.quasis.map(({ value }) => value.raw).join(''), offset: title.start });
    },
  }).visit(program);
  return titles;
}

function firstName(callee: Node): string {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'MemberExpression') return firstName(callee.object);
  return callee.type === 'CallExpression' ? firstName(callee.callee) : '';
}

/** Offsets of all nodes of one type. */
export function offsetsOf({ program }: ParseResult, type: 'TSAnyKeyword' | 'TSEnumDeclaration'): number[] {
  const offsets: number[] = [];
  new Visitor({ [type]: ({ start }: Node) => void offsets.push(start) }).visit(program);
  return offsets;
}

/** The comment a file begins with. */
export function headComment({ comments, program }: ParseResult): Comment | undefined {
  const first = comments[0];
  const code = program.body[0];
  return first !== undefined && (code === undefined || first.end <= code.start) ? first : undefined;
}
