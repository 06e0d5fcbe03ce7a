/**
 * A distinguished name without the people in it: every attribute type stays, and of the values those of the organisation at
 * its end, which say which part of which directory is meant.
 *
 *     uid=alice,ou=people,dc=example,dc=org  →  uid=?,ou=people,dc=example,dc=org
 *
 * Total: what is no distinguished name (Active Directory lets users bind as `alice@example.org`) is `?`. The grammar is that of RFC
 * 4514, and the quotes and semicolons of RFC 2253 with it, which ldapts writes and servers read.
 */
const masked = '?';

export function maskDistinguishedName(name: string): string {
  if (name.trim() === '') return '';
  const parts = partsOf(name);
  if (parts === undefined) return masked;
  const lastPerson = parts.findLastIndex(({ type }) => !organisational.has(type.toLowerCase()));
  return parts
    .map(({ type, value, separator }, index) => `${type}=${index <= lastPerson ? masked : value}${separator}`)
    .join('');
}

/** Domain component, organisation, organisational unit and country. */
const organisational: ReadonlySet<string> = new Set(['dc', 'o', 'ou', 'c']);

interface Part {
  readonly type: string;
  readonly value: string;
  readonly separator: string;
}

/** Longer names are not looked into: no directory has them. */
const maxCharacters = 8192;
/** `type=value` up to a separator; in the value that is one neither after a backslash nor between quotes. */
const part = /\s*([a-z][a-z0-9-]*|(?:oid\.)?\d+(?:\.\d+)*)\s*=((?:\\[^]|"(?:\\[^]|[^"\\])*"|[^\\",;+])*)([,;+]|$)/iy;

function partsOf(name: string): Part[] | undefined {
  if (name.length > maxCharacters) return undefined;
  const parts: Part[] = [];
  part.lastIndex = 0;
  for (;;) {
    const [, type, value, separator] = part.exec(name) ?? [];
    if (type === undefined || value === undefined || separator === undefined) return undefined;
    parts.push({ type, value, separator });
    if (separator === '') return parts;
  }
}
