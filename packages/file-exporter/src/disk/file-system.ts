/**
 * The disk as the writer needs it: a score of operations, synchronous but for one, and nothing of `node:fs` beyond them.
 *
 * Synchronous, because a record may have to reach the disk inside an `exit` handler, where nothing else runs. Every
 * operation throws the operating system's error (`code` says which) and changes nothing then, except where noted. Tests
 * put a failing, a full or an in-memory disk in its place.
 */
import * as fs from 'node:fs';
import { promisify } from 'node:util';

/** What the writer compares to know whether a path still names the file it has open. */
export interface FileStatus {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  readonly mode: number;
  readonly userId: number;
  readonly groupId: number;
  readonly isRegularFile: boolean;
}

export interface FileSystem {
  /** Opens for reading and appending, creating the file with `mode` (less the umask) if it is missing. */
  openForAppend(path: string, mode: number): number;
  /** Undefined where nothing is at the path. Does not wait for the other end of a pipe that somebody put there. */
  openForReading(path: string): number | undefined;
  close(descriptor: number): void;
  /** Undefined where nothing is at the path. Follows symbolic links. */
  status(path: string): FileStatus | undefined;
  descriptorStatus(descriptor: number): FileStatus;
  /** Appends; returns how many bytes were taken, which can be fewer than asked. */
  append(descriptor: number, bytes: Uint8Array): number;
  /** Fills `into` from `position`; returns how many bytes there were. */
  read(descriptor: number, into: Uint8Array, position: number): number;
  truncate(descriptor: number, size: number): void;
  /** Gives the file the mode and owner; what this process may not give is left as it is. */
  setModeAndOwner(descriptor: number, status: FileStatus): void;
  /** Replaces what is at `to`. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** What the path itself names, a symbolic link included, which is not followed; undefined where there is nothing. */
  linkStatus(path: string): FileStatus | undefined;
  /** The names in the directory, in no order. */
  list(path: string): readonly string[];
  /** Creates the directory and its parents; no error if it exists. */
  makeDirectory(path: string, mode: number): void;
  /** The whole of a small file; undefined where there is none. */
  readFile(path: string): Uint8Array | undefined;
  /** Creates a small file, or replaces what is in it. */
  writeFile(path: string, bytes: Uint8Array, mode: number): void;
  /** Returns when what the file holds is on the platter, as far as the operating system can tell. */
  sync(descriptor: number): void;
  /** The same without blocking, one at a time for a descriptor. It may be closed meanwhile; the sync goes on. */
  syncLater(descriptor: number): Promise<void>;
  /** Returns when the names in the directory are on the platter. */
  syncDirectory(path: string): void;
}

/**
 * Descriptors that are being synced, and whether they are to be closed after it. A thread does the sync when it gets to it: if the
 * descriptor were closed by then, its number might be another file's.
 */
const syncing = new Map<number, { isToBeClosed: boolean }>();
const syncInThread = promisify(fs.fdatasync);

/** The real disk. */
export const nodeFileSystem: FileSystem = {
  openForAppend(path, mode) {
    refuseForeignLink(path);
    return fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_APPEND | fs.constants.O_CREAT, mode);
  },
  openForReading(path) {
    try {
      const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
      return fs.openSync(path, O_RDONLY | O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  close(descriptor) {
    const sync = syncing.get(descriptor);
    if (sync === undefined) fs.closeSync(descriptor);
    else sync.isToBeClosed = true;
  },
  status(path) {
    const status = fs.statSync(path, { throwIfNoEntry: false });
    return status && fileStatus(status);
  },
  descriptorStatus: (descriptor) => fileStatus(fs.fstatSync(descriptor)),
  append: (descriptor, bytes) => fs.writeSync(descriptor, bytes),
  read: (descriptor, into, position) => fs.readSync(descriptor, into, 0, into.length, position),
  truncate: (descriptor, size) => fs.ftruncateSync(descriptor, size),
  setModeAndOwner(descriptor, { mode, userId, groupId }) {
    const now = fs.fstatSync(descriptor);
    try {
      if ((now.mode & 0o7777) !== (mode & 0o7777)) fs.fchmodSync(descriptor, mode & 0o7777);
      if (now.uid !== userId || now.gid !== groupId) fs.fchownSync(descriptor, userId, groupId);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    }
  },
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.unlinkSync(path),
  linkStatus(path) {
    const status = fs.lstatSync(path, { throwIfNoEntry: false });
    return status && fileStatus(status);
  },
  list: (path) => fs.readdirSync(path),
  makeDirectory(path, mode) {
    fs.mkdirSync(path, { recursive: true, mode });
  },
  readFile(path) {
    try {
      return fs.readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  writeFile(path, bytes, mode) {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0 } = fs.constants;
    const descriptor = fs.openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
    try {
      fs.writeFileSync(descriptor, bytes);
    } finally {
      fs.closeSync(descriptor);
    }
  },
  sync: (descriptor) => fs.fdatasyncSync(descriptor),
  async syncLater(descriptor) {
    const sync = { isToBeClosed: false };
    syncing.set(descriptor, sync);
    try {
      await syncInThread(descriptor);
    } finally {
      syncing.delete(descriptor);
      if (sync.isToBeClosed) fs.closeSync(descriptor);
    }
  },
  syncDirectory(path) {
    const descriptor = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  },
};

function fileStatus(status: fs.Stats): FileStatus {
  return {
    device: status.dev,
    inode: status.ino,
    size: status.size,
    mode: status.mode,
    userId: status.uid,
    groupId: status.gid,
    isRegularFile: status.isFile(),
  };
}

/**
 * A link at a log file's path is followed only if root or this process's user put it there: otherwise whoever may write
 * to the directory could point our appends at any file this process may write.
 */
function refuseForeignLink(path: string): void {
  const status = fs.lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isSymbolicLink()) return;
  if (status.uid === 0 || status.uid === process.geteuid?.()) return;
  const error: NodeJS.ErrnoException = new Error(
    `ELOOP: "${path}" is a symbolic link made by user ${status.uid}, which is not followed`,
  );
  error.code = 'ELOOP';
  throw error;
}
