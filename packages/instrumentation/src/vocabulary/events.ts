/**
 * Every event that the security, audit and ldap APIs know: what it is called, how severe it is, what has to be said with it, and what
 * it is called elsewhere. Types, records and docs/events.md walk these tables, so a new event is one more row.
 *
 * Names follow OpenTelemetry's rule for event names: a namespace, dots, nothing that varies.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/events/
 */
import { auditEvents } from './audit-events.ts';
import { ldapEvents } from './ldap-events.ts';
import { securityEvents } from './security-events.ts';

export interface EventRow {
  readonly name: string;
  readonly level: 'INFO' | 'WARNING' | 'ERROR';
  /** What has happened, for readers of the documentation. */
  readonly about: string;
  /** What has to be said with it, besides what the request tells. Default: nothing. */
  readonly requires?: readonly EventField[];
  /**
   * In the Elastic Common Schema: category, type or types, and the outcome where there is one.
   * https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference
   */
  readonly ecs: string;
  /** In the Open Cybersecurity Schema Framework: class and activity, 99 being any other. https://schema.ocsf.io */
  readonly ocsf: string;
  /** In OWASP's vocabulary: https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html */
  readonly owasp?: string;
  /** Where its line is, unless the table says it for all. */
  readonly file?: string;
  /** Audit actions that mean it, alone or with the resource they are done to. */
  readonly actions?: readonly string[];
}

type EventField = 'user' | 'reason' | 'target';

interface Tables {
  readonly security: typeof securityEvents;
  readonly audit: typeof auditEvents;
  readonly ldap: typeof ldapEvents;
}

/** By the concern whose file they go to. */
export const eventTables: Tables = { security: securityEvents, audit: auditEvents, ldap: ldapEvents };

export type EventConcern = keyof Tables;
type RowOf<Concern extends EventConcern> = Tables[Concern][number];
export type EventNameOf<Concern extends EventConcern> = RowOf<Concern>['name'];
/** The fields that have to be said with an event. */
export type FieldsRequiredBy<Concern extends EventConcern, Name> =
  Extract<RowOf<Concern>, { name: Name }> extends { requires: readonly (infer Field)[] } ? Field : never;

/** Undefined for a name that is none of the concern's. */
export function eventRow(concern: EventConcern, name: string): EventRow | undefined {
  return rowsByConcern[concern].get(name);
}

const rowsByConcern = {
  security: byName(securityEvents),
  audit: byName(auditEvents),
  ldap: byName(ldapEvents),
} satisfies Record<EventConcern, ReadonlyMap<string, EventRow>>;

function byName(rows: readonly EventRow[]): ReadonlyMap<string, EventRow> {
  return new Map(rows.map((row) => [row.name, row]));
}

const namesByAction = new Map(
  (auditEvents as readonly EventRow[]).flatMap(({ name, actions = [] }) => actions.map((action) => [action, name])),
);

/** Which event an audited action on a kind of resource is: what both together mean, else the action, else a thing was changed. */
export function eventOfAction(action: string, resource: string): string {
  return namesByAction.get(`${action} ${resource}`) ?? namesByAction.get(action) ?? 'entity.updated';
}
