/**
 * The files of a trail as they are at one moment, all of them open: `audit.log`, its backups `audit.log.1` to `.N`, some of them
 * perhaps compressed as `.k.gz`. No lock is taken, so that nobody has to wait; writers may rename files meanwhile.
 *
 * What makes it one moment: names and inodes are looked at, the files are opened, and names and inodes are looked at again. If
 * they are the same, and are those of what was opened, nothing was renamed in between, since a rotation never brings an inode
 * back to a name that it had. Otherwise all is closed, and tried again. Whatever rotates later is of no consequence: an open
 * file stays what it is, even when it is removed.
 *
 * A rotation that is under way has written down what it intends, until the trail has been told what it lost. So the files are
 * waited for until there is no such intent; where it stays, its writer has died, and the intent says what the trail was not told.
 *
 * Links are not followed, and nothing but regular files is read.
 */
import { basename, dirname, join } from 'node:path';

import type { FileStatus, FileSystem } from '../disk/file-system.ts';
import { placeOf } from '../disk/log-file-place.ts';
import { parseIntent, type Retired } from '../rotation/intent.ts';

export interface TrailFile {
  readonly name: string;
  /** 0 is the newest. */
  readonly number: number;
  readonly isCompressed: boolean;
  readonly descriptor: number;
  /** When it was opened. */
  readonly size: number;
}

export interface TrailFiles {
  /** Oldest first. */
  readonly files: readonly TrailFile[];
  readonly refused: readonly RefusedFile[];
  /** What the trail lost by a rotation, and has not been told. */
  readonly untold: readonly Retired[];
}

/** A file that was not opened: it is no regular file; it cannot be; it is there uncompressed as well. */
export interface RefusedFile {
  readonly name: string;
  readonly number: number;
  readonly reason: 'irregular' | 'twin' | Error;
}

interface Entry {
  readonly name: string;
  readonly number: number;
  readonly isCompressed: boolean;
  readonly isRegularFile: boolean;
  /** Of the inode. */
  readonly identity: string;
}

/** A rotation takes milliseconds, so one that is under way will have ended long before. */
const maxAttempts = 20;
const attemptMillis = 10;
/** Hundreds of backups. */
const maxIntentBytes = 256 * 1024;

/** The caller closes the files. Rejects where the directory cannot be read, or files are renamed faster than they can be opened. */
export async function openTrailFiles(
  fileSystem: FileSystem,
  path: string,
  wait: (millis: number) => Promise<void>,
): Promise<TrailFiles> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    if (attempt > 1) await wait(attemptMillis);
    const entries = look(fileSystem, path);
    const untold = readUntold(fileSystem, path);
    const isRotating = untold !== undefined || entries.at(-1)?.number !== 0;
    const trail = isRotating && attempt < maxAttempts ? undefined : open(fileSystem, dirname(path), entries);
    if (trail === undefined) continue;
    if (namesAndInodes(entries) === namesAndInodes(look(fileSystem, path))) return { ...trail, untold: untold ?? [] };
    closeTrailFiles(fileSystem, trail.files);
  }
  throw new Error(`TRAIL_UNSTEADY: the files of "${path}" are renamed faster than they can be opened; try again`);
}

export function closeTrailFiles(fileSystem: FileSystem, files: readonly TrailFile[]): void {
  for (const { descriptor } of files) fileSystem.close(descriptor);
}

/** Undefined where no rotation is under way. */
function readUntold(fileSystem: FileSystem, path: string): readonly Retired[] | undefined {
  const intentPath = placeOf(path).intentPath;
  const status = fileSystem.linkStatus(intentPath);
  const isIntent = status?.isRegularFile === true && status.size <= maxIntentBytes;
  const bytes = isIntent ? fileSystem.readFile(intentPath) : undefined;
  return bytes && parseIntent(bytes).retiring;
}

/** Oldest first. */
function look(fileSystem: FileSystem, path: string): readonly Entry[] {
  const [directory, base] = [dirname(path), basename(path)];
  const entries: Entry[] = [];
  for (const name of fileSystem.list(directory)) {
    const [matched, number, compressed] = (name.startsWith(base) && suffix.exec(name.slice(base.length))) || [];
    const status = matched === undefined ? undefined : fileSystem.linkStatus(join(directory, name));
    if (status === undefined) continue;
    const { isRegularFile } = status;
    const isCompressed = compressed !== undefined;
    entries.push({ name, number: Number(number ?? 0), isCompressed, isRegularFile, identity: identityOf(status) });
  }
  return entries.toSorted((a, b) => b.number - a.number || Number(a.isCompressed) - Number(b.isCompressed));
}

const suffix = /^(?:\.([1-9]\d{0,8})(\.gz)?)?$/;

/** Undefined where something was renamed. */
function open(
  fileSystem: FileSystem,
  directory: string,
  entries: readonly Entry[],
): Pick<TrailFiles, 'files' | 'refused'> | undefined {
  const files: TrailFile[] = [];
  const refused: RefusedFile[] = [];
  for (const [index, entry] of entries.entries()) {
    const { name, number, isCompressed } = entry;
    const isTwin = entries[index - 1]?.number === number;
    const opened = entry.isRegularFile && !isTwin && openFile(fileSystem, join(directory, name), entry.identity);
    if (opened === undefined) {
      closeTrailFiles(fileSystem, files);
      return undefined;
    }
    if (opened === false) refused.push({ name, number, reason: entry.isRegularFile ? 'twin' : 'irregular' });
    else if (opened instanceof Error) refused.push({ name, number, reason: opened });
    else files.push({ name, number, isCompressed, ...opened });
  }
  return { files, refused };
}

/** Undefined where the path names another file by now. */
function openFile(
  fileSystem: FileSystem,
  path: string,
  identity: string,
): Pick<TrailFile, 'descriptor' | 'size'> | Error | undefined {
  try {
    const descriptor = fileSystem.openForReading(path);
    if (descriptor === undefined) return undefined;
    const opened = fileSystem.descriptorStatus(descriptor);
    if (identityOf(opened) === identity) return { descriptor, size: opened.size };
    fileSystem.close(descriptor);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function namesAndInodes(entries: readonly Entry[]): string {
  return entries.map(({ name, identity }) => `${name} ${identity}`).join('\n');
}

function identityOf({ device, inode }: FileStatus): string {
  return `${device} ${inode}`;
}
