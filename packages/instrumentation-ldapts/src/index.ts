/** Spans of LDAP operations, for applications that use ldapts. */
export type { LdaptsInstrumentationConfig, LdaptsResponse } from './configuration.ts';
export { LdaptsInstrumentation } from './instrumentation.ts';
