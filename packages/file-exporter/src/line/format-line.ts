/** One log record as one line, in each of the three formats. */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import type { ConcernRow } from '../concerns.ts';
import { createJsonLine } from './json-line.ts';
import type { LineBytes } from './line-bytes.ts';
import { createTextLine } from './text-line.ts';
import type { TimeZone } from './timestamp.ts';

/** One record, its newline included. `LineBytes` are valid until the next line. */
export type FormattedLine = string | LineBytes;

/** Formats a record for a concern's file. */
export type FormatLine = (record: ReadableLogRecord, concern: Pick<ConcernRow, 'name' | 'format'>) => FormattedLine;

/** Builds a formatter. `timeZone` is that of the text formats; JSON is always UTC. */
export function createFormatLine(timeZone: TimeZone = 'local'): FormatLine {
  const json = createJsonLine();
  const simple = createTextLine('simple', timeZone);
  const detailed = createTextLine('detailed', timeZone);
  const lines = { json, simple, detailed };
  return (record, { name, format }) => lines[format](record, name);
}
