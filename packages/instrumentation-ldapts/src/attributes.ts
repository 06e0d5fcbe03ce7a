/**
 * Every attribute a span may have: the table of README.md, and the only names that the code can write.
 *
 * Those that do not begin with `ldap.` are of the semantic conventions, which have none for LDAP
 * (https://opentelemetry.io/docs/specs/semconv/registry/attributes/). No row holds a value of a directory's attribute, a
 * password or an error's text. `on` says on which spans it is found.
 */
export const spanAttributes = {
  'ldap.operation': { on: 'all', meaning: 'the operation, as in the span’s name' },
  'ldap.dn': {
    on: 'bind, add, compare, delete, modify, modifyDN',
    meaning: 'masked: the entry, or the name that is bound with',
  },
  'ldap.new_dn': { on: 'modifyDN', meaning: 'masked: what the entry is to be called' },
  'ldap.bind.method': { on: 'bind', meaning: '`anonymous`, `unauthenticated`, `simple` or `sasl`' },
  'ldap.bind.sasl_mechanism': { on: 'bind', meaning: '`PLAIN`, `EXTERNAL`, …' },
  'ldap.search.base': { on: 'search', meaning: 'masked: where the search begins' },
  'ldap.search.scope': { on: 'search', meaning: '`base`, `one`, `sub`, `children` or `subordinates`' },
  'ldap.search.filter': { on: 'search', meaning: 'the filter without its values' },
  'ldap.search.entries': { on: 'search', meaning: 'number of entries received' },
  'ldap.search.references': { on: 'search', meaning: 'number of references to other servers received' },
  'ldap.search.pages': { on: 'search', meaning: 'number of pages received; of `searchPaginated` alone' },
  'ldap.extended.oid': { on: 'extended', meaning: 'which extended operation' },
  'ldap.result_code': { on: 'all but unbind', meaning: 'the server’s result code, where ldapts tells it' },
  'ldap.result_name': { on: 'all but unbind', meaning: 'its name: `success`, `invalidCredentials`, …' },
  'error.type': {
    on: 'failed ones',
    meaning:
      'the result’s name; else `connection_timeout`, `operation_timeout`, `connection_lost`, a code such as `ECONNREFUSED`, or the error’s class',
  },
  'server.address': { on: 'all', meaning: 'host of the client’s URL' },
  'server.port': { on: 'all', meaning: 'its port' },
  'network.protocol.name': { on: 'all', meaning: '`ldap`' },
  'network.transport': { on: 'those of a connected client', meaning: '`tcp`' },
  'network.peer.address': { on: 'those of a connected client', meaning: 'address of its other end' },
  'network.peer.port': { on: 'those of a connected client', meaning: 'and port' },
  'tls.established': { on: 'those of a connected client', meaning: 'whether it was encrypted' },
} as const;

export type SpanAttributes = Partial<Record<keyof typeof spanAttributes, string | number | boolean | undefined>>;
