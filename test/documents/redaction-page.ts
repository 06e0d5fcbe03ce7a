/** docs/redaction.md, out of the tables of the redaction and the texts that its tests go through. */
import {
  keptNames,
  secretEndings,
  secretNameGroups,
  secretParameters,
} from '../../packages/instrumentation/src/redaction/secret-keys.ts';
import { marks } from '../../packages/instrumentation/src/redaction/text/detectors.ts';
import { keyPrefixes } from '../../packages/instrumentation/src/redaction/text/key-prefixes.ts';
import {
  ordinaryTexts,
  textsWithSecrets,
} from '../../packages/instrumentation/src/redaction/text/texts.test-corpus.ts';
import { code, madeFrom, table } from './page-parts.ts';

export function redactionPage(): string {
  return `# Redaction

${madeFrom('packages/instrumentation/src/redaction')}

What is taken out of every record before it is written or sent, and of every span before it is sent. A mark stands in its place, and
\`sentrikat.redacted_values\` says how many there were. [SECURITY.md](../SECURITY.md) says what is promised, and what is not.

## Keys

The values of keys with these names go, whatever they are and however deep: of attributes, of fields of loggers, of objects in bodies, of the
members of a text that is JSON. Case and punctuation do not count, nor does a number at the end: \`api-key\`, \`apiKey\` and \`API_KEY_2\`
are one. Of a name with parts (\`user.pin\`, \`user[pin]\`) the last one counts as well.

${table(['What', 'Names'], nameRows())}

${code('SENTRIKAT_REDACT_KEYS')} adds names, and ${code('SENTRIKAT_REDACT_KEEP')} keeps the values of those that are none (see
[configuration](configuration.md)). In both, \`*\` at the beginning stands for anything.

## What looks like a secret

In every text, wherever it stands:

${table(['Mark', 'What'], markRows())}

## Names in texts

In a text, the value behind one of the names goes, in any notation that is known:

${table(
  ['Text', 'What is left'],
  textsWithSecrets.filter(isExample).map((texts) => texts.map(code)),
)}

The same is found in the escapes of JSON, of JSON in JSON, and of URLs.

## What stays

${ordinaryTexts
  .filter(isShort)
  .slice(0, mostOrdinary)
  .map((text) => `- ${code(text)}`)
  .join('\n')}
`;
}

function nameRows(): readonly (readonly string[])[] {
  return [
    ...secretNameGroups.map(({ what, names }) => [what, listed(names)]),
    ['All that end so', listed(secretEndings.map((ending) => `*${ending}`))],
    ['Only as parameters of a URL', listed(secretParameters)],
    ['None of these, though they end like one', listed(keptNames)],
  ];
}

/** Those that are found by other means than a prefix. */
const descriptions: Readonly<Record<string, string>> = {
  '[redacted]': 'what stands behind one of the names above',
  '[redacted:private-key]': 'private keys in PEM, with their end or without',
  '[redacted:jwt]': 'JSON web tokens, signed or encrypted',
  '[redacted:credentials]': 'what stands behind `Bearer` and `Basic`',
  '[redacted:password]': 'the password of a URL, and a user that is too long to be a name',
  '[redacted:card-number]':
    'payment cards: the range of an issuer, a length that it has, and a check digit that is right',
};

function markRows(): readonly (readonly string[])[] {
  const byKind = Map.groupBy(keyPrefixes, ({ name }) => `[redacted:${name}]`);
  return [...marks].map((mark) => {
    const prefixes = byKind.get(mark)?.map(({ prefix }) => code(`${prefix}…`));
    const what = prefixes?.join(' ') ?? descriptions[mark];
    if (what === undefined)
      throw new Error(`docs/redaction.md: nothing says what ${mark} is; add it to the descriptions`);
    return [code(mark), what];
  });
}

const mostCharacters = 72;
const mostOrdinary = 40;

function isExample([text, redacted]: readonly [string, string]): boolean {
  return isShort(text) && redacted.includes('[redacted]') && redacted !== '[redacted]';
}

/** And nothing in it would end the cell of a table. */
function isShort(text: string): boolean {
  return text.trim() === text && text.length > 1 && text.length <= mostCharacters && /^[ -_a-{}~]+$/.test(text);
}

function listed(names: readonly string[]): string {
  return names.map(code).join(' ');
}
