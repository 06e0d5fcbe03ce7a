/** A real Postgres that writes down how long each statement took, which makes it the judge of who was slow. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseJsonLines } from '../instruments/log-files.ts';
import { startPostgres } from '../servers/postgres.ts';

export interface MeasuredStatement {
  readonly applicationName: string;
  readonly sql: string;
  readonly durationMillis: number;
}

export interface MeasuringPostgres {
  /** Connection string of a client that calls itself `applicationName`. */
  url(applicationName: string): string;
  /** Every statement that ran to its end so far. */
  statements(): MeasuredStatement[];
  stop(): Promise<void>;
}

export async function startMeasuringPostgres(): Promise<MeasuringPostgres> {
  const server = await startPostgres({ settings });
  return {
    url: (applicationName) => `${server.url}?application_name=${applicationName}`,
    statements: () =>
      globSync(join(server.dataDirectory, 'log', '*.json'))
        .flatMap((path) => parseJsonLines(readFileSync(path, 'utf8')))
        .flatMap(measuredStatement),
    stop: () => server.stop(),
  };
}

/** https://www.postgresql.org/docs/current/runtime-config-logging.html */
const settings = {
  log_min_duration_statement: '0',
  logging_collector: 'on',
  log_destination: 'jsonlog',
  log_directory: 'log',
  lc_messages: 'C',
};

/** Of the steps of a prepared statement only the execution counts; to parse and to bind takes no time here. */
function measuredStatement(entry: Readonly<Record<string, unknown>>): MeasuredStatement[] {
  const match = /^duration: (?<millis>[\d.]+) ms {2}(?:statement|execute [^:]*): (?<sql>.*)$/s.exec(
    String(entry['message']),
  );
  if (match?.groups === undefined) return [];
  const { millis = '', sql = '' } = match.groups;
  return [{ applicationName: String(entry['application_name']), sql, durationMillis: Number(millis) }];
}
