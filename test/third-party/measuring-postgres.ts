/** A real Postgres that writes down how long each statement took, which makes it the judge of who was slow. */
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
  let output = '';
  const server = await startPostgres({ settings, onOutput: (text) => (output += text) });
  return {
    url: (applicationName) => `${server.url}?application_name=${applicationName}`,
    statements: () => [...measuredStatements(output.split(entryStart))],
    stop: () => server.stop(),
  };
}

/** Begins an entry of the server's log, which a statement of several lines continues. No statement holds it. */
const entryStart = '@@entry@@';

/** https://www.postgresql.org/docs/current/runtime-config-logging.html */
const settings = {
  log_min_duration_statement: '0',
  log_line_prefix: `${entryStart}%p %a `,
  lc_messages: 'C',
};

/** A prepared statement is parsed, bound and executed, each with a time of its own: it waits for locks in any of them. */
function* measuredStatements(entries: readonly string[]): Generator<MeasuredStatement> {
  const earlierMillis = new Map<string, number>();
  for (const entry of entries) {
    const { process, name, millis, step, sql } = timedStep.exec(entry)?.groups ?? {};
    if (process === undefined || name === undefined || sql === undefined) continue;
    const durationMillis = Number(millis) + (earlierMillis.get(process) ?? 0);
    const isOver = step === 'statement' || step === 'execute';
    earlierMillis.set(process, isOver ? 0 : durationMillis);
    if (isOver) yield { applicationName: name, sql, durationMillis };
  }
}

const timedStep =
  /^(?<process>\d+) (?<name>\S*) LOG: {2}duration: (?<millis>[\d.]+) ms {2}(?<step>statement|parse|bind|execute)[^:]*: (?<sql>.*)$/s;
