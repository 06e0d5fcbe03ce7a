/** Trails for tests: written by the real writer, held in memory, and verified there after something was done to them. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { concerns } from '../concerns.ts';
import { openSqliteFileLock } from '../disk/file-lock.ts';
import { nodeFileSystem, type FileStatus, type FileSystem } from '../disk/file-system.ts';
import { LogFiles, type LogFilesEvent } from '../log-files.ts';
import { testRecord } from '../test-record.ts';
import type { Checkpoint } from '../trail/checkpoint.ts';
import type { TrailFinding } from './finding.ts';
import { verifyTrail, type TrailSummary, type VerifyTrailOptions } from './verify-trail.ts';

/** What the files of a trail hold, by their names. */
export type TrailContents = ReadonlyMap<string, Buffer>;

export interface WrittenTrail {
  readonly contents: TrailContents;
  /** Those that were handed out to be kept elsewhere. */
  readonly checkpoints: readonly Checkpoint[];
}

const keys = generateKeyPairSync('ed25519');
export const publicKey: KeyObject = keys.publicKey;

export interface WritingOptions {
  readonly maxBytes: number;
  readonly backups: number;
  /** 0: no checkpoints. */
  readonly checkpointEvery: number;
}

/** What happens to the file, in this order: records of a writer, its death or restart, and what others append. */
export type Happening =
  | { readonly records: number }
  | { readonly restart: Partial<WritingOptions> }
  | { readonly foreign: string };

export function writeTrail(options: WritingOptions, happenings: readonly Happening[]): WrittenTrail {
  const directory = mkdtempSync(join(tmpdir(), 'trail-'));
  const checkpoints: Checkpoint[] = [];
  const open = (changes: Partial<WritingOptions>): LogFiles =>
    openLogFiles(directory, { ...options, ...changes }, (event) => {
      if (event.type !== 'checkpoint') throw new Error(`unexpected ${JSON.stringify(event)}`);
      checkpoints.push(event.checkpoint);
    });
  try {
    let files = open({});
    let record = 0;
    for (const happening of happenings) {
      if ('foreign' in happening) appendFileSync(join(directory, 'audit.log'), happening.foreign);
      else if ('restart' in happening) {
        files.close();
        files = open(happening.restart);
      } else for (let count = 0; count < happening.records; count++) writeRecord(files, record++);
    }
    files.close();
    return { contents: readTrail(directory), checkpoints };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The trail of a writer that dies, after so many records, when it has renamed the files for the next time. */
export function diedRotating(options: WritingOptions, records: number): TrailContents {
  const directory = mkdtempSync(join(tmpdir(), 'trail-'));
  const writer = { isDying: false, isDead: false };
  const fileSystem: FileSystem = {
    ...nodeFileSystem,
    rename(from, to) {
      nodeFileSystem.rename(from, to);
      writer.isDead ||= writer.isDying && from.endsWith('audit.log');
    },
    append(descriptor, bytes) {
      if (writer.isDead) throw new Error('a dead writer writes nothing');
      return nodeFileSystem.append(descriptor, bytes);
    },
  };
  const files = openLogFiles(directory, options, () => {}, fileSystem);
  try {
    for (let record = 0; record < records; record++) writeRecord(files, record);
    writer.isDying = true;
    for (let record = records; !writer.isDead; record++) writeRecord(files, record);
    return readTrail(directory);
  } finally {
    files.close();
    rmSync(directory, { recursive: true });
  }
}

function openLogFiles(
  directory: string,
  { maxBytes, backups, checkpointEvery }: WritingOptions,
  onEvent: (event: LogFilesEvent) => void,
  fileSystem: FileSystem = nodeFileSystem,
): LogFiles {
  const rows = concerns.map((row) => ({ ...row, maxBytes, backups }));
  const signing = checkpointEvery > 0 ? { signingKey: keys.privateKey, checkpointEvery } : {};
  const environment = { fileSystem, openLock: openSqliteFileLock, now: () => performance.now() };
  return new LogFiles({ directory, concerns: rows, ...signing, onEvent }, environment);
}

function writeRecord(files: LogFiles, record: number): void {
  files.write(auditRecord(record));
  files.flushSync();
}

export function auditRecord(number: number): ReturnType<typeof testRecord> {
  return testRecord({ body: `record ${number}`, attributes: { 'sentrikat.concern': 'audit', number } });
}

export function readTrail(directory: string): TrailContents {
  const intent = '.sentrikat/audit.log.intent';
  const names = readdirSync(directory).filter((name) => name.startsWith('audit.log'));
  if (existsSync(join(directory, intent))) names.push(intent);
  return new Map(names.map((name) => [name, readFileSync(join(directory, name))]));
}

/** Oldest first. */
export function namesByAge(contents: TrailContents): readonly string[] {
  return [...contents.keys()].toSorted((a, b) => numberOf(b) - numberOf(a));
}

export interface Line {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** With its newline. */
  readonly bytes: Buffer;
}

/** Oldest first. */
export function linesOfTrail(contents: TrailContents): readonly Line[] {
  return namesByAge(contents).flatMap((file) => {
    const lines =
      contents
        .get(file)!
        .toString('latin1')
        .match(/[^\n]*\n|[^\n]+$/g) ?? [];
    return lines.map((text, index) => ({ file, line: index + 1, bytes: Buffer.from(text, 'latin1') }));
  });
}

/** The files that lines come from, each with those of them that it has now; a file that has none is empty. */
export function trailOfLines(lines: readonly Pick<Line, 'file' | 'bytes'>[], names: readonly string[]): TrailContents {
  return new Map(
    names.map((name) => [name, Buffer.concat(lines.filter(({ file }) => file === name).map(({ bytes }) => bytes))]),
  );
}

export interface Verification {
  readonly summary: TrailSummary;
  readonly findings: readonly TrailFinding[];
  readonly breaches: readonly TrailFinding[];
}

export async function verify(
  contents: TrailContents,
  options: Partial<VerifyTrailOptions> = {},
  faults: Partial<FileSystem> = {},
): Promise<Verification> {
  const findings: TrailFinding[] = [];
  const onFinding = (finding: TrailFinding): void => void findings.push(finding);
  const environment = { fileSystem: { ...memoryOf(contents), ...faults }, wait: () => Promise.resolve() };
  const summary = await verifyTrail({ path: '/trail/audit.log', onFinding, ...options }, environment);
  return { summary, findings, breaches: findings.filter(({ severity }) => severity === 'breach') };
}

/** A disk that can only be read, whose files are these. */
function memoryOf(contents: TrailContents): FileSystem {
  const names = [...contents.keys()];
  const statusOf = (inode: number): FileStatus => ({
    device: 1,
    inode,
    size: contents.get(names[inode]!)!.length,
    mode: 0o640,
    userId: 0,
    groupId: 0,
    isRegularFile: true,
  });
  const inodeAt = (path: string): number => names.indexOf(path.slice('/trail/'.length));
  return {
    ...nodeFileSystem,
    list: () => names,
    linkStatus: (path) => (inodeAt(path) < 0 ? undefined : statusOf(inodeAt(path))),
    readFile: (path) => contents.get(path.slice('/trail/'.length)),
    openForReading: (path) => inodeAt(path),
    descriptorStatus: statusOf,
    read: (descriptor, into, position) => contents.get(names[descriptor]!)!.copy(into, 0, position),
    close: () => {},
  };
}

/** `kind file:line`, which is what most tests compare. */
export function shown(findings: readonly TrailFinding[]): readonly string[] {
  return findings.map(({ kind, file, line }) => `${kind} ${file}:${line}`);
}

function numberOf(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}
