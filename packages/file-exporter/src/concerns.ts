/**
 * The seven concerns: which file a record belongs to, how its line looks, and when the file rotates.
 *
 * This is the only place where a concern is described. Routing, formatting, rotation, the environment variables and the
 * generated documentation all walk this table, so an eighth concern is one more row.
 */
import type { Level } from './severity.ts';

const MiB = 1024 * 1024;

/** How a line looks: Python's detailed and simple text formats, or one JSON object. */
export type LineFormat = 'detailed' | 'simple' | 'json';

/** One log file. */
export interface ConcernRow<Name extends string = string> {
  /** What `sentrikat.concern` says on a record or on its instrumentation scope. */
  readonly name: Name;
  /** File name inside the log directory. */
  readonly file: string;
  readonly format: LineFormat;
  /** Records below this level are not written to this file; other destinations still get them. */
  readonly floor: Level;
  /** The file rotates before it would reach this many bytes; 0 means never. */
  readonly maxBytes: number;
  /** How many rotated files (`.1` is the newest) are kept; 0 means the file grows without limit, as in Python. */
  readonly backups: number;
  /** Whether its lines are sealed into a trail: numbered, each with the hash of the one before. JSON only. */
  readonly isTrail?: true;
  /** Event name prefixes that claim a record carrying no `sentrikat.concern`. */
  readonly eventNames: readonly string[];
}

export type ConcernName = 'audit' | 'security' | 'access' | 'ldap' | 'performance' | 'error' | 'application';

/** The seven log files, in the order a record is offered to them; the last row takes what no other claims. */
export const concerns: readonly ConcernRow<ConcernName>[] = [
  {
    name: 'audit',
    file: 'audit.log',
    format: 'json',
    floor: 'INFO',
    maxBytes: 20 * MiB,
    backups: 50,
    isTrail: true,
    eventNames: ['audit.', 'user.', 'config.', 'entity.', 'data.'],
  },
  {
    name: 'security',
    file: 'security.log',
    format: 'detailed',
    floor: 'WARNING',
    maxBytes: 10 * MiB,
    backups: 20,
    eventNames: ['authn.', 'authz.', 'session.', 'abuse.', 'input.', 'crypto.'],
  },
  {
    name: 'access',
    file: 'access.log',
    format: 'simple',
    floor: 'INFO',
    maxBytes: 20 * MiB,
    backups: 10,
    eventNames: ['http.server.'],
  },
  {
    name: 'ldap',
    file: 'ldap.log',
    format: 'detailed',
    floor: 'INFO',
    maxBytes: 10 * MiB,
    backups: 10,
    eventNames: ['ldap.', 'directory.'],
  },
  {
    name: 'performance',
    file: 'performance.log',
    format: 'json',
    floor: 'INFO',
    maxBytes: 20 * MiB,
    backups: 10,
    eventNames: ['performance.'],
  },
  {
    name: 'error',
    file: 'error.log',
    format: 'detailed',
    floor: 'ERROR',
    maxBytes: 10 * MiB,
    backups: 10,
    eventNames: ['exception'],
  },
  {
    name: 'application',
    file: 'application.log',
    format: 'detailed',
    floor: 'INFO',
    maxBytes: 10 * MiB,
    backups: 10,
    eventNames: [],
  },
];
