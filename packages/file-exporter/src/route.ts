/**
 * Which files a record goes to. Pure: a record and the table in, rows out.
 *
 * A record names its concern itself (attribute `sentrikat.concern`), or its instrumentation scope does, or its event
 * name gives it away; what none of them claims is the application's. A name that is not one of the seven is the
 * application's as well and is reported: it must never become a file name.
 */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { attributeOf, type ListedRecord } from './attribute-list.ts';
import type { ConcernRow } from './concerns.ts';
import { levelOf, levels, lowestSeverityNumber, type Level } from './severity.ts';

/** The attribute, on a record or on an instrumentation scope, that names the concern. */
export const concernAttribute = 'sentrikat.concern';

/** What routing reads of a log record. */
export type RoutableRecord = Pick<
  ReadableLogRecord,
  'eventName' | 'instrumentationScope' | 'severityNumber' | 'severityText'
> &
  ListedRecord;

/** Where one record goes. */
export interface Route {
  /** The record's own row, even where its floor keeps the record out of the file. */
  readonly concern: ConcernRow;
  readonly level: Level;
  /** The files that take the record: none, one, or two (application errors are in error.log as well). */
  readonly files: readonly ConcernRow[];
  /** The tag that is none of the concerns, as it came; present only then. */
  readonly unknownConcern?: unknown;
}

/** Builds the routing function for a table of concerns (the seven, possibly tuned). */
export function createRouter(rows: readonly ConcernRow[]): (record: RoutableRecord) => Route {
  const rowsByName = new Map(rows.map((row) => [row.name, row]));
  const errorRow = rowsByName.get('error');
  const lastRow = rowsByName.get('application') ?? rows[rows.length - 1];
  if (lastRow === undefined) throw new TypeError('NO_CONCERNS: the table of concerns is empty');
  // Made once: a record of a level and a concern goes where each other goes.
  const routesByConcern = new Map(rows.map((row) => [row, routesOf(row)]));

  return function route(record) {
    const level = levelOf(record.severityNumber, record.severityText);
    const tag = attributeOf(record, concernAttribute) ?? record.instrumentationScope.attributes?.[concernAttribute];
    const tagged = typeof tag === 'string' ? rowsByName.get(tag) : undefined;
    const concern = tagged ?? (tag === undefined ? claimedByEventName(rows, record.eventName) : undefined) ?? lastRow;
    const known = routesByConcern.get(concern)![level];
    return tag === undefined || tagged !== undefined ? known : { ...known, unknownConcern: tag };
  };

  function routesOf(concern: ConcernRow): Readonly<Record<Level, Route>> {
    const entries = levels.map((level) => [level, { concern, level, files: filesFor(concern, level) }]);
    return Object.fromEntries(entries) as Record<Level, Route>;
  }

  function filesFor(concern: ConcernRow, level: Level): readonly ConcernRow[] {
    const own = reaches(level, concern) ? [concern] : [];
    return concern === lastRow && errorRow !== undefined && reaches(level, errorRow) ? [...own, errorRow] : own;
  }
}

function reaches(level: Level, row: ConcernRow): boolean {
  return lowestSeverityNumber(level) >= lowestSeverityNumber(row.floor);
}

function claimedByEventName(rows: readonly ConcernRow[], eventName: string | undefined): ConcernRow | undefined {
  if (eventName === undefined) return undefined;
  return rows.find((row) => row.eventNames.some((prefix) => eventName.startsWith(prefix)));
}
