/** The operations that have a span, by the client's method: what a span tells of the call, and of an answer. */
import type { SpanAttributes } from './attributes.ts';
import { maskFilter } from './mask-filter.ts';
import { resultOf } from './outcome.ts';

/** What is told of a distinguished name: a text, or nothing. */
export type DescribeName = (name: string) => string | undefined;

export interface OperationRow {
  /** What the standard calls it: `ldap.operation`, and in the span's name. */
  readonly operation: string;
  /** Whether the client sends nothing where it is not connected. */
  readonly isForConnected?: boolean;
  /** May throw, where an argument is not what it has to be. */
  readonly ofCall: (args: readonly unknown[], describeName: DescribeName) => SpanAttributes;
  /** Of an operation that has succeeded. */
  readonly ofAnswer: (answer: unknown, args: readonly unknown[]) => SpanAttributes;
}

const nothing = () => ({});
const success = () => resultOf(0);
const ofEntry: OperationRow['ofCall'] = ([name], describeName) => ({ 'ldap.dn': describeName(String(name)) });

/** The methods that promise their answer. */
export const operations: Readonly<Record<string, OperationRow>> = {
  bind: { operation: 'bind', ofCall: ofBind, ofAnswer: success },
  bindSASL: { operation: 'bind', ofCall: ofSaslBind, ofAnswer: success },
  add: { operation: 'add', ofCall: ofEntry, ofAnswer: success },
  compare: { operation: 'compare', ofCall: ofEntry, ofAnswer: (isEqual) => resultOf(isEqual === true ? 6 : 5) },
  del: { operation: 'delete', ofCall: ofEntry, ofAnswer: success },
  exop: { operation: 'extended', ofCall: ofExtended, ofAnswer: success },
  modify: { operation: 'modify', ofCall: ofEntry, ofAnswer: success },
  modifyDN: { operation: 'modifyDN', ofCall: ofRename, ofAnswer: success },
  search: { operation: 'search', ofCall: ofSearch, ofAnswer: ofEntries },
  startTLS: { operation: 'startTLS', ofCall: nothing, ofAnswer: success },
  // No server answers it.
  unbind: { operation: 'unbind', isForConnected: true, ofCall: nothing, ofAnswer: nothing },
};

/** `searchPaginated`, which gives pages; what is in them is counted as they come. */
export const pagedSearch: OperationRow = { operation: 'search', ofCall: ofSearch, ofAnswer: ofWholeSearch };

/** Those that `bind` takes for a mechanism when they stand where a name would. */
const saslMechanisms: ReadonlySet<unknown> = new Set(['EXTERNAL', 'PLAIN', 'DIGEST-MD5', 'SCRAM-SHA-1']);

function ofBind(args: readonly unknown[], describeName: DescribeName): SpanAttributes {
  const [name, password] = args;
  if (saslMechanisms.has(name)) return ofSaslBind(args);
  const dn = String(name);
  if (dn === '' && !password) return { 'ldap.bind.method': 'anonymous' };
  // A name without a password proves nothing, and succeeds on many servers: https://www.rfc-editor.org/rfc/rfc4513#section-5.1.2
  return { 'ldap.bind.method': password ? 'simple' : 'unauthenticated', 'ldap.dn': describeName(dn) };
}

function ofSaslBind([mechanism]: readonly unknown[]): SpanAttributes {
  // https://www.rfc-editor.org/rfc/rfc4422#section-3.1
  const isName = typeof mechanism === 'string' && /^[A-Z0-9_-]{1,20}$/.test(mechanism);
  return { 'ldap.bind.method': 'sasl', 'ldap.bind.sasl_mechanism': isName ? mechanism : undefined };
}

function ofExtended([oid]: readonly unknown[]): SpanAttributes {
  return { 'ldap.extended.oid': typeof oid === 'string' && /^\d+(\.\d+)*$/.test(oid) ? oid : undefined };
}

function ofRename([name, newName]: readonly unknown[], describeName: DescribeName): SpanAttributes {
  return { 'ldap.dn': describeName(String(name)), 'ldap.new_dn': describeName(String(newName)) };
}

interface SearchOptions {
  readonly scope?: string;
  readonly filter?: unknown;
  readonly sizeLimit?: number;
}

const scopes: ReadonlySet<string> = new Set(['base', 'one', 'sub', 'children', 'subordinates']);

function ofSearch([base, options]: readonly unknown[], describeName: DescribeName): SpanAttributes {
  const { scope = 'sub', filter } = (options ?? {}) as SearchOptions;
  return {
    'ldap.search.base': describeName(String(base)),
    'ldap.search.scope': scopes.has(scope) ? scope : undefined,
    'ldap.search.filter': maskFilter(filter ? String(filter) : '(objectclass=*)'),
  };
}

/** A page, or all there is. */
export interface SearchAnswer {
  readonly searchEntries: readonly unknown[];
  readonly searchReferences: readonly unknown[];
}

function ofEntries(answer: unknown, args: readonly unknown[]): SpanAttributes {
  const { searchEntries, searchReferences } = answer as SearchAnswer;
  return {
    'ldap.search.entries': searchEntries.length,
    'ldap.search.references': searchReferences.length,
    ...ofWholeSearch(undefined, args),
  };
}

/** Where the client has set a limit, ldapts hands out what came before it was exceeded as it does what ended well. */
function ofWholeSearch(_: unknown, [, options]: readonly unknown[]): SpanAttributes {
  return (options as SearchOptions | undefined)?.sizeLimit ? {} : resultOf(0);
}
