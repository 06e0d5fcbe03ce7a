/** The levels of the loggers as OpenTelemetry's severities. */
import { SeverityNumber } from '@opentelemetry/api';

const lowest = SeverityNumber.TRACE;
const highest = SeverityNumber.FATAL4;

/**
 * Those of pino and bunyan: tens from 10, trace, to 60, fatal. A severity has four steps where they have ten; a level of the
 * application's own keeps its place among the others.
 */
export function severityOfNumber(level: number): SeverityNumber {
  const severity = lowest + Math.floor(((level - 10) * 4) / 10);
  return Number.isNaN(severity) ? SeverityNumber.INFO : Math.min(highest, Math.max(lowest, severity));
}

/** Those of winston's three sets (npm, cli, syslog), and what people call their own. */
const severities: ReadonlyMap<string, SeverityNumber> = new Map([
  ['emerg', SeverityNumber.FATAL3],
  ['alert', SeverityNumber.FATAL2],
  ['crit', SeverityNumber.FATAL],
  ['critical', SeverityNumber.FATAL],
  ['fatal', SeverityNumber.FATAL],
  ['error', SeverityNumber.ERROR],
  ['warn', SeverityNumber.WARN],
  ['warning', SeverityNumber.WARN],
  ['help', SeverityNumber.INFO3],
  ['notice', SeverityNumber.INFO2],
  ['data', SeverityNumber.INFO2],
  ['info', SeverityNumber.INFO],
  ['http', SeverityNumber.DEBUG3],
  ['verbose', SeverityNumber.DEBUG2],
  ['debug', SeverityNumber.DEBUG],
  ['prompt', SeverityNumber.TRACE4],
  ['input', SeverityNumber.TRACE2],
  ['silly', SeverityNumber.TRACE],
  ['trace', SeverityNumber.TRACE],
]);

/** INFO for a name that nobody knows: such a record is worth keeping. */
export function severityOfName(level: string): SeverityNumber {
  return severities.get(level.toLowerCase()) ?? SeverityNumber.INFO;
}
