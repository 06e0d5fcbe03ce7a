/**
 * OpenTelemetry's 24 severities as Python's five level names, which the files and their floors use.
 *
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
 */

/** Python's level names, lowest first. Index + 1 is the OpenTelemetry range (TRACE and DEBUG are one level here). */
export const levels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

export type Level = (typeof levels)[number];

/** The first severity number of each level; TRACE (1 to 4) counts as DEBUG, as Python has nothing lower. */
const firstSeverityNumbers: Readonly<Record<Level, number>> = {
  DEBUG: 1,
  INFO: 9,
  WARNING: 13,
  ERROR: 17,
  CRITICAL: 21,
};

/** The lowest severity number that `level` lets through. */
export function lowestSeverityNumber(level: Level): number {
  return firstSeverityNumbers[level];
}

/** Names that loggers put in `severityText` when they leave the number out. */
const levelsByText: Readonly<Record<string, Level>> = Object.assign(Object.create(null), {
  TRACE: 'DEBUG',
  DEBUG: 'DEBUG',
  INFO: 'INFO',
  NOTICE: 'INFO',
  WARN: 'WARNING',
  WARNING: 'WARNING',
  ERROR: 'ERROR',
  FATAL: 'CRITICAL',
  CRITICAL: 'CRITICAL',
});

/** A record's level: from the number, else from the text, else INFO (a record that does not say is worth keeping). */
export function levelOf(severityNumber: number | undefined, severityText: string | undefined): Level {
  // Not-a-number compares as false.
  if (severityNumber === undefined || !(severityNumber >= firstSeverityNumbers.DEBUG))
    return levelsByText[severityText?.toUpperCase() ?? ''] ?? 'INFO';
  if (severityNumber >= firstSeverityNumbers.CRITICAL) return 'CRITICAL';
  if (severityNumber >= firstSeverityNumbers.ERROR) return 'ERROR';
  if (severityNumber >= firstSeverityNumbers.WARNING) return 'WARNING';
  if (severityNumber >= firstSeverityNumbers.INFO) return 'INFO';
  return 'DEBUG';
}
