/** The three line formats, byte for byte against CPython's `logging`, and against the lines it wrote, kept in the repository. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { LineFormat } from '../concerns.ts';
import { testRecord } from '../test-record.ts';
import { jsonText } from './json-value.ts';

interface Row {
  seconds: number;
  microseconds: number;
  level: keyof typeof severityNumbers;
  logger: string;
  path: string;
  function: string;
  line: number;
  message: string;
  exception?: string;
  extra?: Record<string, unknown>;
  /** Text formats deliberately differ from Python here: control characters are escaped, stacks indented. */
  onlyJson?: boolean;
}

const severityNumbers = { DEBUG: 5, INFO: 9, WARNING: 13, ERROR: 17, CRITICAL: 21 };
const attributeNames: Readonly<Record<string, string>> = { user_id: 'user.id', ip_address: 'client.address' };
const reference = new URL('../../reference/', import.meta.url);
const rows = JSON.parse(readFileSync(new URL('records.json', reference), 'utf8')) as Row[];
const zones = ['UTC', 'Europe/Warsaw', 'America/St_Johns', 'Pacific/Apia'];

const formats: { format: LineFormat; rows: Row[] }[] = [
  { format: 'detailed', rows: rows.filter((row) => !row.onlyJson) },
  { format: 'simple', rows: rows.filter((row) => !row.onlyJson) },
  { format: 'json', rows },
];

describe.each(formats)('$format lines', ({ format, rows: formatRows }) => {
  test('are the lines that stand in the repository', () => {
    expect(ourLines(format, formatRows, 'UTC')).toBe(readFileSync(new URL(`golden/${format}.log`, reference), 'utf8'));
  });

  test.each(format === 'json' ? ['UTC'] : zones)('are what Python writes in %s', (zone) => {
    expect(ourLines(format, formatRows, zone)).toBe(python(['format', format], formatRows, zone));
  });
});

test('any JSON value is written as json.dumps writes it', () => {
  // Numbers are left to integers: JavaScript has no 1.0, and prints exponents otherwise.
  const values = fc.sample(fc.json({ stringUnit: 'binary', noUndefined: true } as fc.JsonSharedConstraints), {
    numRuns: 400,
    seed: 42,
  });
  const plain = values.map((text) => withoutFractions(JSON.parse(text) as unknown));
  expect(plain.map((value) => `${jsonText(value)}\n`).join('')).toBe(python(['dumps'], plain, 'UTC'));
});

/** In a process of its own: a process reads its time zone once. */
function ourLines(format: LineFormat, formatRows: Row[], zone: string): string {
  const program = `
    import { createFormatLine } from ${JSON.stringify(new URL('format-line.ts', import.meta.url).href)};
    const formatLine = createFormatLine('local');
    let input = '';
    for await (const chunk of process.stdin) input += chunk;
    for (const { record, name } of JSON.parse(input)) {
      const line = formatLine(record, { name, format: ${JSON.stringify(format)} });
      process.stdout.write(line.text ?? line);
    }`;
  const input = formatRows.map((row) => ({ name: row.logger, record: asRecord(row, format) }));
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    env: { ...process.env, TZ: zone },
  });
  if (format !== 'json') return output;
  // What only we write comes after everything that Python writes, so it can be taken off the end.
  return output.replaceAll(/, "scope": "[^"]*"\}\n/g, '}\n');
}

function asRecord(row: Row, format: LineFormat): unknown {
  const extra = Object.entries(row.extra ?? {}).map(([key, value]) => [
    attributeNames[key] ?? `sentrikat.${key}`,
    value,
  ]);
  return testRecord({
    hrTime: [row.seconds, row.microseconds * 1000],
    severityNumber: severityNumbers[row.level],
    body: row.message,
    instrumentationScope: { name: row.logger },
    attributes: {
      ...(format === 'json' ? {} : origin(row)),
      ...(row.exception === undefined ? {} : { 'exception.stacktrace': row.exception }),
      ...Object.fromEntries(extra),
    },
  });
}

function origin(row: Row): Record<string, unknown> {
  return { 'code.file.path': row.path, 'code.function.name': row.function, 'code.line.number': row.line };
}

function python(args: string[], input: unknown, zone: string): string {
  return execFileSync('python3', [new URL('python_logging.py', reference).pathname, ...args], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    env: { ...process.env, TZ: zone, PYTHONIOENCODING: 'utf-8' },
  });
}

function withoutFractions(value: unknown): unknown {
  if (typeof value === 'number') return Math.trunc(value % 1e15) || 0;
  if (Array.isArray(value)) return value.map(withoutFractions);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutFractions(item)]));
}
