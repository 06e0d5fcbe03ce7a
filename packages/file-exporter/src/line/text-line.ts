/**
 * The two text formats, as Python's `logging` writes them:
 *
 *     simple    [YYYY-MM-DD HH:MM:SS] LEVEL: message
 *     detailed  [YYYY-MM-DD HH:MM:SS] LEVEL in module (function:line): message
 *
 * A physical line that begins with `[` is a new record and nothing else is: the message is escaped into one line, and
 * an exception's stack follows on lines of its own, each indented. (Python would let a stack, and anything else with a
 * newline in it, begin at the margin, where it can pass for a record.)
 */
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { attributeOf } from '../attribute-list.ts';
import { levelOf } from '../severity.ts';
import { escapeText } from './escape.ts';
import { cut } from './limits.ts';
import { exceptionOf, messageOf } from './message.ts';
import { createTextTimestamp, timeOf, type TimeZone } from './timestamp.ts';

const indent = '  ';

/** Builds the formatter of one text format; the line it returns ends in a newline. */
export function createTextLine(
  format: 'simple' | 'detailed',
  timeZone: TimeZone,
): (record: ReadableLogRecord) => string {
  const timestamp = createTextTimestamp(timeZone);
  return (record) => {
    const head = `[${timestamp(timeOf(record))}] ${levelOf(record.severityNumber, record.severityText)}`;
    const origin = format === 'detailed' ? ` in ${originOf(record)}` : '';
    const message = escapeText(cut(messageOf(record)));
    const exception = exceptionOf(
      attributeOf(record, 'exception.stacktrace'),
      attributeOf(record, 'exception.type'),
      attributeOf(record, 'exception.message'),
    );
    return `${head}${origin}: ${message}\n${exception === undefined ? '' : continuation(exception)}`;
  };
}

/** `module (function:line)`: where the record was made, as far as its semantic-convention attributes say. */
function originOf(record: ReadableLogRecord): string {
  const path = attributeOf(record, 'code.file.path');
  const functionName = attributeOf(record, 'code.function.name');
  const line = attributeOf(record, 'code.line.number');
  const module = typeof path === 'string' ? moduleName(path) : record.instrumentationScope.name;
  return `${field(module)} (${field(functionName)}:${typeof line === 'number' ? line : 0})`;
}

function field(value: unknown): string {
  return typeof value === 'string' && value !== '' ? escapeText(cut(value, 256)) : '-';
}

/** Python's `module`: the file's name without its last extension. */
function moduleName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

function continuation(exception: string): string {
  let text = '';
  for (const line of cut(exception).split(/\r\n|[\n\r]/)) text += `${indent}${escapeText(line)}\n`;
  return text;
}
