/**
 * A search filter without its values: which attributes are compared, and how, with the asterisks that say where a value is open.
 *
 *     (&(objectClass=person)(|(uid=alice)(uid=bob)(mail=al*)))  →  (&(objectClass=?)(|(uid=?)(mail=?*)))
 *
 * Of conditions that look alike without their values one is left, so that a filter over many names has one form whatever their
 * number. Total: what is no filter by RFC 4515 is `(?)`. Bounded: so is what is nested more than `maxDepth` deep, and the
 * result is cut at `maxCharacters`.
 */
export function maskFilter(filter: string): string {
  const text = filter.trim();
  // ldapts takes `uid=alice` for `(uid=alice)`.
  const source = text.startsWith('(') ? text : `(${text})`;
  const whole = maskAt(source, 0, 0);
  if (whole === undefined || whole.end !== source.length) return unknown;
  return whole.masked.length > maxCharacters ? `${whole.masked.slice(0, maxCharacters)}…` : whole.masked;
}

const unknown = '(?)';
const maxDepth = 64;
const maxCharacters = 1024;

interface MaskedFilter {
  readonly masked: string;
  /** Index after its closing parenthesis. */
  readonly end: number;
}

function maskAt(source: string, start: number, depth: number): MaskedFilter | undefined {
  if (source[start] !== '(' || depth > maxDepth) return undefined;
  const operator = source[start + 1] ?? '';
  return '&|!'.includes(operator) ? maskList(source, start, depth) : maskCondition(source, start);
}

function maskList(source: string, start: number, depth: number): MaskedFilter | undefined {
  const members = new Set<string>();
  let index = start + 2;
  while (source[index] === '(') {
    const member = maskAt(source, index, depth + 1);
    if (member === undefined) return undefined;
    members.add(member.masked);
    index = member.end;
  }
  return source[index] === ')'
    ? { masked: `(${source[start + 1]}${[...members].join('')})`, end: index + 1 }
    : undefined;
}

/** Attribute, with options and matching rule; operator; value. */
const condition = /^([\w.;-]*(?::[\w.-]+)*)([:~<>]?=)([^]*)$/;

function maskCondition(source: string, start: number): MaskedFilter | undefined {
  const close = source.indexOf(')', start);
  const [, attribute, operator, value] = condition.exec(source.slice(start + 1, close)) ?? [];
  if (close === -1 || attribute === undefined || operator === undefined || value === undefined) return undefined;
  return { masked: `(${attribute}${operator}${value.replace(/[^*]+/g, '?')})`, end: close + 1 };
}
