/** What a run has added to each of the seven files, and whether that is what it should have. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Complaint } from './complaint.ts';

/** The seven files, what is in them, and by what a record is known that says most about the run. */
const logFiles: readonly { readonly file: string; readonly holds: string; readonly telling: RegExp }[] = [
  { file: 'application.log', holds: 'boot, workers, scheduler', telling: /re-initialized/ },
  { file: 'error.log', holds: 'what failed, with its stack', telling: /archive/ },
  { file: 'access.log', holds: 'one line for each request', telling: /hostile/ },
  { file: 'security.log', holds: 'refused logins, lockouts, 403', telling: /account\.locked/ },
  { file: 'audit.log', holds: 'who changed what', telling: /UPDATE settings/ },
  { file: 'ldap.log', holds: 'directory synchronisation', telling: /user\.provisioned/ },
  { file: 'performance.log', holds: 'slow queries and endpoints', telling: /SLOW QUERY/ },
];

/** Of one run alone. */
export interface FileReport {
  readonly file: string;
  readonly holds: string;
  readonly lines: number;
  readonly bytes: number;
  /** A record as it stands in the file, with its stack if it has one; empty when there is none. */
  readonly sample: string;
}

/** Byte sizes by file name. */
export type Sizes = ReadonlyMap<string, number>;

export async function sizesOf(directory: string): Promise<Sizes> {
  const sizes = new Map<string, number>();
  for (const { file } of logFiles)
    sizes.set(file, (await stat(join(directory, file)).catch(() => undefined))?.size ?? 0);
  return sizes;
}

/** Reads what has come since `before`, across one rotation. */
export async function reportLogs(directory: string, before: Sizes): Promise<FileReport[]> {
  const reports: FileReport[] = [];
  for (const { file, holds, telling } of logFiles) {
    const added = await readFrom(join(directory, file), before.get(file) ?? 0);
    const text = added.toString('utf8');
    const lines = text.split('\n').length - 1;
    reports.push({ file, holds, lines, bytes: added.length, sample: sampleOf(text, telling) });
  }
  return reports;
}

/** What is wrong with the files of a run that has sent so many requests; nothing if all is well. */
export function shortcomingOf(reports: readonly FileReport[], requestsSent: number): Complaint | undefined {
  const empty = reports.filter(({ bytes }) => bytes === 0).map(({ file }) => JSON.stringify(file));
  if (empty.length > 0) return recordsLost('DEMO_FILES_EMPTY', `nothing was written to ${empty.join(', ')}`);
  const lines = accessLinesOf(reports);
  if (lines < requestsSent)
    return recordsLost('DEMO_REQUESTS_MISSING', `access.log has ${lines} lines for ${requestsSent} requests`);
  return undefined;
}

export function accessLinesOf(reports: readonly FileReport[]): number {
  return reports.find(({ file }) => file === 'access.log')?.lines ?? 0;
}

/** From that byte on. A file that has become smaller was rotated: what it held is in its first backup. */
async function readFrom(path: string, start: number): Promise<Buffer> {
  const content = await readOrEmpty(path);
  if (start <= content.length) return content.subarray(start);
  return Buffer.concat([(await readOrEmpty(`${path}.1`)).subarray(start), content]);
}

async function readOrEmpty(path: string): Promise<Buffer> {
  return readFile(path).catch(() => Buffer.alloc(0));
}

/** A record goes on as long as its lines are indented. */
function sampleOf(text: string, telling: RegExp): string {
  const records = text.trimEnd().split(/\n(?! )/);
  return records.find((record) => telling.test(record)) ?? records[0] ?? '';
}

function recordsLost(code: `DEMO_${string}`, what: string): Complaint {
  return new Complaint({
    code,
    what,
    why: 'the traffic has its part in every file, so what is missing was lost',
    remedy: 'look for warnings above and in application.log; "npm test" shows which part is broken',
    exitCode: 1,
  });
}
