/** What a user may set. */
import type { InstrumentationConfig, SpanCustomizationHook } from '@opentelemetry/instrumentation';

export interface LdaptsInstrumentationConfig extends InstrumentationConfig {
  /** No span for an operation that would be the first of its trace. Default: false. */
  requireParentSpan?: boolean;
  /**
   * What spans tell of distinguished names, which are often those of people: `mask` leaves the types of their attributes and the
   * organisation at their end (`uid=?,ou=people,dc=example,dc=org`), `omit` leaves nothing, `keep` everything. Default: `mask`.
   */
  distinguishedNames?: 'mask' | 'omit' | 'keep';
  /** Called with each answer before the span ends; of `searchPaginated`, with each page. What it throws is logged. */
  responseHook?: SpanCustomizationHook<LdaptsResponse>;
}

/** An operation's answer, whose values no span holds unless the hook puts them there. */
export interface LdaptsResponse {
  /** As in the attribute `ldap.operation`. */
  operation: string;
  /** What the method of the client resolves to. */
  response: unknown;
}
