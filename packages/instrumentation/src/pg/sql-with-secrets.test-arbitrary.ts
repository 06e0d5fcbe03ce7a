/** Statements made of tokens that are known: which of them are names to be shown, and which hide a secret. */
import * as fc from 'fast-check';

export interface SqlWithSecrets {
  readonly sql: string;
  /** Names, keywords and parameters, in order, as they have to be in the result. */
  readonly shown: readonly string[];
}

/** Found in the secrets in every notation, and in nothing else: letters, digits, hexadecimal digits, bits. */
export const secretMarks: RegExp = /zq|902108|5ec4e7|10111011101/i;

interface Piece {
  readonly sql: string;
  readonly shown?: string;
}

const names = [
  'users',
  'a$1$b',
  'x$$y',
  'größe',
  '名前',
  '𝒳',
  '_1',
  't1.col2',
  '"Straße 12"',
  '"it\'s ""quoted"""',
  '"--no comment"',
  '"/*"',
  '"$$"',
  'e',
  'E',
  'n',
  'u',
  'U&"d!0061ta"',
  '$1',
  '$65535',
  'interval',
  'date',
  'array',
  'SELECT',
  'from',
  'where',
  'escape',
  'uescape',
  'true',
  'null',
] as const;
const punctuation = [';', '(', ')', '[', ']', '=', '<>', '-', '+', '*', '/', '::text', ':=', '->>', '@>', '?|', '|'];
/** No comma: lists are shortened, which is another property. */
const pieceOfName = fc.constantFrom(...names).map((name): Piece => ({ sql: name, shown: name }));
const pieceOfPunctuation = fc.constantFrom(...punctuation).map((sql): Piece => ({ sql }));

const letters = fc
  .array(
    fc.constantFrom("'", '"', '\\', '$', '-- ', '/*', '*/', '\n', ';', ' ', 'é', '𝒳', '%', '0', 'FROM', '\0', '?'),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''));
const secret = fc.tuple(letters, letters).map(([before, after]) => `${before}zqsecret${after}`);
const withoutBackslash = secret.map((text) => text.replaceAll('\\', ''));
const tag = fc.constantFrom('$$', '$body$', '$é$', '$a1$');

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** In E'…' either way of writing a quote is as good. */
const escape = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const withPrefix = (prefixes: readonly string[], body: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom(...prefixes), body).map(([prefix, text]) => prefix + text);
const inOneLine = (text: string) => text.replaceAll(/[\n\r]/g, ' ');

const literal = fc.oneof(
  withPrefix(['', 'N', 'n', 'U&', 'u&', 'B', 'x', 'X'], withoutBackslash.map(quote)),
  withPrefix(['E', 'e'], secret.map(escape)),
  withPrefix(['E', 'e'], withoutBackslash.map(quote)),
  fc.tuple(withoutBackslash, withoutBackslash).map(([first, second]) => `${quote(first)} -- it's\n ${quote(second)}`),
  fc.tuple(secret, secret).map(([first, second]) => `E${escape(first)}\r\n\t${escape(second)}`),
  fc.tuple(tag, secret).map(([delimiter, text]) => delimiter + text.replaceAll('$', '') + delimiter),
  secret.map((text) => `$out$ $$ ${text.replaceAll('$', '')} $in$ $out$`),
  fc.constantFrom('x', 'X').map((prefix) => `${prefix}'5EC4E7'`),
  fc.constantFrom('b', 'B').map((prefix) => `${prefix}'10111011101'`),
  fc.constantFrom(
    '902108',
    '902108.5',
    '.902108',
    '1.902108e-902108',
    '902108.',
    '0x5Ec4E7',
    '0b10111011101',
    '0o902108',
  ),
  fc.constantFrom(
    '902108_000',
    '0x_5ec4e7',
    '1e+902108',
    '-902108',
    '- 902108',
    '902108zq',
    '$9021089',
    '$9021089021089021089',
  ),
);
const comment = fc.oneof(
  secret.map((text) => `--${inOneLine(text)}\n`),
  secret.map((text) => `/*${text.replaceAll(/\/|\*/g, '')}*/`),
  secret.map((text) => `/* /*${text.replaceAll(/\/|\*/g, '')}*/ zq ***/`),
);
const pieceOfSecret = fc.oneof({ weight: 3, arbitrary: literal }, comment).map((sql): Piece => ({ sql }));
const gap = fc.constantFrom(' ', '\n', '\t', ' \r\n ', '/**/', '--\n', '\f', '\v');

export const sqlWithSecrets: fc.Arbitrary<SqlWithSecrets> = fc
  .array(fc.tuple(fc.oneof(pieceOfName, pieceOfPunctuation, pieceOfSecret), gap), { maxLength: 14 })
  .map((pieces) => ({
    sql: pieces.map(([piece, between]) => piece.sql + between).join(''),
    shown: pieces.flatMap(([{ shown }]) => shown ?? []),
  }));

/** Whatever may be taken for SQL, mostly broken: pieces in which every rule begins, ends, or nearly does. */
export const brokenSql: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...borders()), { maxLength: 16 })
  .map((parts) => parts.join(''));

function borders(): readonly string[] {
  const visible = String.raw`
    ' '' " "" \ \' $ $$ $a$ $a $1 $1$ - -- / /* */ * ( ) [ ] , ; : :: ? E e' U& u&' x' b' N . .. 1 1e 1e- 0x 0b1 _ 1_0
    a é 𝒳 IN in(1,2) (1),(1) select ESCAPE ESCAPE'\' DEFAULT 1, $1, ...`;
  const others = [
    ' ',
    '\n',
    '\r',
    '\t',
    '\v',
    '\ud835',
    '\u2028',
    '\u00a0',
    '\0',
    'from stdin',
    ' ...[cut, 12 characters]',
  ];
  return [...visible.trim().split(/\s+/), ...others];
}
