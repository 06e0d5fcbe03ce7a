/**
 * Events of the logging's own life, which the preload and the writer of the files record by themselves: no API takes their names. See
 * `events.ts` for what the columns mean.
 */
import type { EventRow } from './events.ts';

export const loggingEvents = [
  {
    name: 'logging.started',
    level: 'INFO',
    about: 'A process begins to log.',
    ecs: 'process: start, success',
    ocsf: '6002:3',
    owasp: 'sys_monitor_enabled',
    file: 'audit.log, with `SENTRIKAT_AUDIT_LIFECYCLE`',
  },
  {
    name: 'logging.stopped',
    level: 'INFO',
    about: 'A process ends, and its logging with it.',
    ecs: 'process: end, success',
    ocsf: '6002:4',
    owasp: 'sys_monitor_disabled',
    file: 'audit.log, with `SENTRIKAT_AUDIT_LIFECYCLE`',
  },
  {
    name: 'logging.degraded',
    level: 'WARNING',
    about: 'A file is not written as it should be: its lines wait, go elsewhere, or go past lock or limit.',
    ecs: 'process: info, failure',
    ocsf: '6002:99',
    owasp: 'sys_monitor_disabled',
    file: 'application.log; of audit.log there as well, with `SENTRIKAT_AUDIT_LIFECYCLE`',
  },
  {
    name: 'logging.recovered',
    level: 'WARNING',
    about: 'That file is written again, and how many records are missing.',
    ecs: 'process: info, success',
    ocsf: '6002:99',
    owasp: 'sys_monitor_enabled',
    file: 'application.log; of audit.log there as well, with `SENTRIKAT_AUDIT_LIFECYCLE`',
  },
  {
    name: 'logging.dropped',
    level: 'WARNING',
    about:
      'Records are missing at this place: they did not fit into memory while the disk refused, or the main thread was too busy to take those of others.',
    ecs: 'process: info, failure',
    ocsf: '6002:99',
    owasp: 'sys_monitor_disabled',
    file: 'the one that misses them; application.log for those of threads',
  },
  {
    name: 'logging.unreadable',
    level: 'WARNING',
    about: 'A record could not be read, and this is in its place.',
    ecs: 'process: info, failure',
    ocsf: '6002:99',
    file: 'the one of the record',
  },
  {
    name: 'logging.misconfigured',
    level: 'WARNING',
    about: 'The configuration says something that cannot be, or that nobody reads.',
    ecs: 'configuration: info, failure',
    ocsf: '6002:99',
    file: 'application.log',
  },
  {
    name: 'logging.unknown_concern',
    level: 'WARNING',
    about: 'A record names a concern that does not exist, and went to application.log.',
    ecs: 'process: info',
    ocsf: '6002:99',
    file: 'application.log',
  },
  {
    name: 'worker.started',
    level: 'INFO',
    about: 'A worker of a cluster has set up anew what it needs.',
    ecs: 'process: start',
    ocsf: '6002:3',
    owasp: 'sys_startup',
    file: 'application.log',
  },
  {
    name: 'audit.checkpoint',
    level: 'INFO',
    about: 'A signature of where the trail stands.',
    ecs: 'process: info',
    ocsf: '6002:99',
    file: 'audit.log, and a copy in application.log',
  },
  {
    name: 'audit.repaired',
    level: 'WARNING',
    about: 'Half a line, of a writer that died, was moved out of the trail.',
    ecs: 'process: info',
    ocsf: '6002:99',
    file: 'audit.log',
  },
  {
    name: 'audit.retired',
    level: 'WARNING',
    about: 'Rotation has removed the oldest backup of the trail.',
    ecs: 'process: info',
    ocsf: '6002:99',
    file: 'audit.log',
  },
] as const;

export type LoggingEventName = (typeof loggingEvents)[number]['name'];

const rows: ReadonlyMap<LoggingEventName, EventRow> = new Map(loggingEvents.map((row) => [row.name, row]));

export function loggingEvent(name: LoggingEventName): EventRow {
  return rows.get(name)!;
}
