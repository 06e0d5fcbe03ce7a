/** The seven files as a reader sees them: their grammars, and the bytes that none of them may hold. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { concerns, type ConcernName } from '@sentrikat/file-exporter';

/** The fields of a line of access.log, as text. */
export interface AccessLine {
  readonly method: string;
  readonly path: string;
  readonly status: string;
  readonly durationMillis: number;
  readonly user: string;
  readonly ip: string;
  readonly userAgent: string;
}

const accessLine =
  /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] INFO: (?<method>\S+) (?<path>\S+) (?<status>\d{3}|-) (?<millis>\d+\.\d\d)ms user:(?<user>\S+) ip:(?<ip>\S+) ua:"(?<userAgent>(?:[^"\\]|\\.)*)"$/u;

/** The fields, or an error that quotes the line. */
export function parseAccessLine(line: string): AccessLine {
  const fields = accessLine.exec(line)?.groups;
  if (fields === undefined) throw new SyntaxError(`not a line of access.log: ${JSON.stringify(line)}`);
  const { method = '', path = '', status = '', millis = '', user = '', ip = '', userAgent = '' } = fields;
  return { method, path, status, durationMillis: Number(millis), user, ip, userAgent };
}

const detailedLine =
  /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] (DEBUG|INFO|WARNING|ERROR|CRITICAL) in (?<module>\S.*?) \((?<function>.+?):(?<line>\d+)\): (?<message>.*)$/u;

/** A record of a file in the detailed format: its first line, and its stack without the indentation. */
export interface DetailedRecord {
  readonly level: string;
  readonly module: string;
  readonly message: string;
  readonly continuation: readonly string[];
}

export function parseDetailed(text: string): DetailedRecord[] {
  const records: (DetailedRecord & { continuation: string[] })[] = [];
  for (const line of linesOf(text)) {
    const last = records.at(-1);
    if (line.startsWith('  ') && last !== undefined) {
      last.continuation.push(line.slice(2));
      continue;
    }
    const match = detailedLine.exec(line);
    if (match === null) throw new SyntaxError(`neither a record nor its continuation: ${JSON.stringify(line)}`);
    const { module = '', message = '' } = match.groups ?? {};
    records.push({ level: match[1] ?? '', module, message, continuation: [] });
  }
  return records;
}

export function parseJsonLines(text: string): Record<string, unknown>[] {
  return linesOf(text).map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Complete lines; text after the last newline is a torn record and an error. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new SyntaxError(`the last line has no end: ${JSON.stringify(text.slice(-200))}`);
  return text.slice(0, -1).split('\n');
}

/** The text of a concern's file; empty while there is none, and an error if it is not UTF-8. */
export function readLog(directory: string, name: ConcernName): string {
  const path = logPath(directory, name);
  return existsSync(path) ? utf8.decode(readFileSync(path)) : '';
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function logPath(directory: string, name: ConcernName): string {
  return join(directory, concerns.find((row) => row.name === name)?.file ?? '');
}

/**
 * What must never stand in a log file unescaped: C0 but for the newline, DEL, C1, line and paragraph separators, and
 * bidi controls.
 */
const forbidden = /(?!\n)\p{Cc}|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Each line that holds a forbidden character, with its file. */
export function forbiddenLines(directory: string): string[] {
  return concerns.flatMap(({ name, file }) =>
    readLog(directory, name)
      .split('\n')
      .filter((line) => forbidden.test(line))
      .map((line) => `${file}: ${JSON.stringify(line.slice(0, 300))}`),
  );
}

/**
 * Waits until `observe` gives a value. It may throw as long as there is time: files that are being written end in the
 * midst of a line, and are renamed between listing and reading them. What it threw last is the cause of the failure.
 */
export async function eventually<T>(
  observe: () => T | undefined | Promise<T | undefined>,
  withinMillis: number = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMillis;
  for (;;) {
    let cause: unknown;
    try {
      const value = await observe();
      if (value !== undefined) return value;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`not seen within ${withinMillis} ms: ${observe.toString()}`, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Lines of a rotated file, oldest first: its backups, then the file itself. */
export function linesWithBackups(directory: string, name: ConcernName): string[] {
  const path = logPath(directory, name);
  let backups = 0;
  while (existsSync(`${path}.${backups + 1}`)) backups += 1;
  const paths = [...Array.from({ length: backups }, (...[, index]) => `${path}.${backups - index}`), path];
  return paths.flatMap((each) => linesOf(readFileSync(each, 'utf8')));
}
