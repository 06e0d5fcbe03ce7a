/**
 * A disk in memory, which any number of simulated processes share: names, inodes and descriptors as Linux has them, kernel
 * locks, room that runs out, and a platter, which is what a loss of power leaves.
 *
 * - An inode lives for as long as a name or a descriptor holds it; its number is then given again at once, as ext4 does.
 * - What is on the platter: of a file its bytes at its last sync, of a directory its names at its last sync. A loss of power
 *   leaves that, or more of what was done since: of each file up to any point, of names up to one point, as journals have them.
 * - After a sync that failed, what it was to bring to the platter is lost there, however many syncs succeed later.
 *
 * Limits: one device; a new directory is on the platter at once; permissions are refused by whoever injects the refusal.
 */
import type { FileLock, OpenFileLock } from '../disk/file-lock.ts';
import type { FileStatus, FileSystem } from '../disk/file-system.ts';

/** An error of the operating system. */
export function osError(code: string, what: string = 'injected'): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}

export interface Inode {
  readonly kind: 'file' | 'directory' | 'link' | 'device';
  number: number;
  /** The how-manieth inode of the disk, which no other ever has. */
  readonly birth: number;
  mode: number;
  userId: number;
  groupId: number;
  /** Names and descriptors. */
  names: number;
  holders: number;
  /** Of a file. */
  bytes: Buffer;
  synced: Buffer;
  /** Where a sync has failed: from, to. */
  lost: { readonly from: number; readonly to: number }[];
  /** Of a directory: what it holds now, and what it held before each change since its last sync; and which change was its last. */
  entries: Map<string, Inode>;
  readonly past: { readonly entries: Map<string, Inode>; readonly change: number }[];
  change: number;
  /** Of a link. */
  readonly target: string;
  lockedBy: object | undefined;
}

interface PendingSync {
  readonly inode: Inode;
  readonly upTo: number;
  readonly process: MemoryProcess;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Hears that the last name of a file is taken away, just before. */
export type OnUnnamed = (path: string, inode: Inode, how: 'removed' | 'replaced') => void;

export class MemoryDisk {
  /** Bytes that all files together may hold. */
  capacity: number = Number.POSITIVE_INFINITY;
  /** Milliseconds on the clock of all processes. */
  now = 0;
  onUnnamed: OnUnnamed = () => {};
  /** The number that the next change of a directory will have, of all changes of all directories. */
  nextChange = 1;
  readonly root: Inode;
  readonly #inodes = new Map<number, Inode>();
  readonly #processes = new Set<MemoryProcess>();
  #pendingSyncs: PendingSync[] = [];
  #births = 0;

  constructor() {
    this.root = this.create('directory', 0o755);
    this.root.names = 1;
  }

  startProcess(): MemoryProcess {
    const process = new MemoryProcess(this);
    this.#processes.add(process);
    return process;
  }

  /** Of a file: what is in it now. Undefined where there is none. */
  contentOf(path: string): Buffer | undefined {
    return this.find(path)?.bytes;
  }

  get used(): number {
    return [...this.#inodes.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  get hasPendingSyncs(): boolean {
    return this.#pendingSyncs.length > 0;
  }

  /** Ends the syncs that processes wait for. */
  endSyncs(error?: Error): void {
    for (const { inode, upTo, process, resolve, reject } of this.#pendingSyncs.splice(0)) {
      if (!this.#processes.has(process)) continue;
      if (error === undefined) this.bringToPlatter(inode, upTo);
      else this.failToSync(inode);
      if (error === undefined) resolve();
      else reject(error);
    }
  }

  /** All processes die; what is on the platter remains, and as much more as `choose(n)`, from 0 to n - 1, says. */
  losePower(choose: (count: number) => number): void {
    for (const process of this.#processes) process.end();
    this.#revert(this.root, choose(this.nextChange), choose);
    this.#inodes.clear();
    this.root.names = 1;
    this.#count(this.root);
  }

  /** What an operator's `rm -r` does. */
  removeDirectory(path: string): void {
    for (const [name, inode] of this.existing(path).entries) {
      if (inode.kind === 'directory') this.removeDirectory(`${path}/${name}`);
      else this.onUnnamed(`${path}/${name}`, inode, 'removed');
      if (inode.kind !== 'directory') this.setNames({ [`${path}/${name}`]: undefined });
    }
    this.setNames({ [path]: undefined });
  }

  create(kind: Inode['kind'], mode: number, target: string = ''): Inode {
    const inode: Inode = {
      kind,
      number: this.#freeNumber(),
      birth: this.#births++,
      mode,
      userId: 1000,
      groupId: 1000,
      names: 0,
      holders: 0,
      bytes: Buffer.alloc(0),
      synced: Buffer.alloc(0),
      lost: [],
      entries: new Map(),
      past: [],
      change: 0,
      target,
      lockedBy: undefined,
    };
    this.#inodes.set(inode.number, inode);
    return inode;
  }

  /** What is at the path; undefined where nothing is. */
  find(path: string, followsLast: boolean = true): Inode | undefined {
    let inode: Inode = this.root;
    const names = path.split('/').filter(Boolean);
    for (const [index, name] of names.entries()) {
      if (inode.kind !== 'directory') throw osError('ENOTDIR', path);
      let next = inode.entries.get(name);
      if (next?.kind === 'link' && (followsLast || index < names.length - 1)) next = this.find(next.target);
      if (next === undefined) return undefined;
      inode = next;
    }
    return inode;
  }

  existing(path: string, followsLast: boolean = true): Inode {
    const inode = this.find(path, followsLast);
    if (inode === undefined) throw osError('ENOENT', path);
    return inode;
  }

  /** Changes names, all at once: those of a rename are in one directory. Undefined takes a name away. */
  setNames(changes: Readonly<Record<string, Inode | undefined>>): void {
    const paths = Object.keys(changes);
    const directory = this.existing(parentOf(paths[0] ?? ''));
    if (directory.kind !== 'directory') throw osError('ENOTDIR', paths.join());
    directory.past.push({ entries: directory.entries, change: directory.change });
    directory.entries = new Map(directory.entries);
    directory.change = this.nextChange;
    this.nextChange++;
    const before = paths.map((path) => directory.entries.get(nameOf(path)));
    for (const [path, inode] of Object.entries(changes)) {
      if (inode === undefined) directory.entries.delete(nameOf(path));
      else directory.entries.set(nameOf(path), inode);
      if (inode !== undefined) inode.names++;
    }
    for (const inode of before) {
      if (inode === undefined) continue;
      inode.names--;
      this.#freeIfUnheld(inode);
    }
  }

  release(inode: Inode): void {
    inode.holders--;
    this.#freeIfUnheld(inode);
  }

  /** Takes the process off the disk. */
  forget(process: MemoryProcess): void {
    this.#processes.delete(process);
  }

  syncLater(process: MemoryProcess, inode: Inode): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pendingSyncs.push({ inode, upTo: inode.bytes.length, process, resolve, reject });
    return promise;
  }

  bringToPlatter(inode: Inode, upTo: number = inode.bytes.length): void {
    const bytes = Buffer.from(inode.bytes.subarray(0, upTo));
    for (const { from, to } of inode.lost) bytes.subarray(from, to).fill(0);
    // A later sync may have been quicker.
    const isKnown = inode.synced.subarray(0, bytes.length).equals(bytes);
    if (!isKnown || upTo === inode.bytes.length) inode.synced = bytes;
  }

  failToSync(inode: Inode): void {
    if (inode.bytes.length > inode.synced.length)
      inode.lost.push({ from: inode.synced.length, to: inode.bytes.length });
  }

  #revert(directory: Inode, lastChange: number, choose: (count: number) => number): void {
    const states = [...directory.past, { entries: directory.entries, change: directory.change }];
    const { entries, change } = states.findLast((state) => state.change <= lastChange) ?? states[0] ?? directory;
    Object.assign(directory, { entries, change });
    directory.past.length = 0;
    for (const inode of directory.entries.values()) {
      if (inode.kind === 'directory') this.#revert(inode, lastChange, choose);
      if (inode.kind === 'file') this.#revertBytes(inode, choose);
    }
  }

  #revertBytes(inode: Inode, choose: (count: number) => number): void {
    const { bytes, synced } = inode;
    const isGrown = bytes.subarray(0, synced.length).equals(synced);
    if (isGrown) inode.bytes = bytes.subarray(0, synced.length + choose(bytes.length - synced.length + 1));
    else if (inode.lost.length > 0 || choose(2) === 0) inode.bytes = synced;
    inode.synced = inode.bytes;
    inode.lost = [];
  }

  /** Counts names anew, from the root down; what lost power gave a number twice gets another. */
  #count(directory: Inode): void {
    for (const inode of new Set(directory.entries.values())) inode.names = 0;
    for (const inode of directory.entries.values()) {
      if (this.#inodes.get(inode.number) !== inode) {
        if (this.#inodes.has(inode.number)) inode.number = this.#freeNumber();
        this.#inodes.set(inode.number, inode);
      }
      inode.names++;
      if (inode.kind === 'directory') this.#count(inode);
    }
  }

  #freeNumber(): number {
    let number = 1;
    while (this.#inodes.has(number)) number++;
    return number;
  }

  #freeIfUnheld(inode: Inode): void {
    if (inode.names > 0 || inode.holders > 0) return;
    if (this.#inodes.get(inode.number) === inode) this.#inodes.delete(inode.number);
  }
}

/** A process: its descriptors and locks go when it ends. */
export class MemoryProcess {
  readonly fileSystem: FileSystem;
  readonly openLock: OpenFileLock;
  readonly #disk: MemoryDisk;
  readonly #descriptors = new Map<number, Inode>();
  readonly #locks = new Set<FileLock>();

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
    this.fileSystem = this.#createFileSystem();
    this.openLock = (path) => {
      const lock = createLock(disk, path);
      this.#locks.add(lock);
      return lock;
    };
  }

  /** How many descriptors it holds. */
  get descriptors(): number {
    return this.#descriptors.size;
  }

  end(): void {
    this.#disk.forget(this);
    for (const lock of this.#locks) lock.close();
    for (const inode of this.#descriptors.values()) this.#disk.release(inode);
    this.#descriptors.clear();
  }

  #open(inode: Inode): number {
    let descriptor = 3;
    while (this.#descriptors.has(descriptor)) descriptor++;
    this.#descriptors.set(descriptor, inode);
    inode.holders++;
    return descriptor;
  }

  #held(descriptor: number): Inode {
    const inode = this.#descriptors.get(descriptor);
    if (inode === undefined) throw osError('EBADF', String(descriptor));
    return inode;
  }

  #createFileSystem(): FileSystem {
    const disk = this.#disk;
    return {
      openForAppend: (path, mode) => {
        const inode = disk.find(path) ?? createFile(disk, path, mode);
        if (inode.kind === 'directory') throw osError('EISDIR', path);
        return this.#open(inode);
      },
      openForReading: (path) => {
        const inode = disk.find(path);
        return inode && this.#open(inode);
      },
      close: (descriptor) => {
        const inode = this.#held(descriptor);
        this.#descriptors.delete(descriptor);
        disk.release(inode);
      },
      status: (path) => statusOf(disk.find(path)),
      linkStatus: (path) => statusOf(disk.find(path, false)),
      descriptorStatus: (descriptor) => statusOf(this.#held(descriptor)),
      append: (descriptor, bytes) => {
        const inode = this.#held(descriptor);
        if (inode.kind === 'device') return bytes.length;
        const taken = Math.min(bytes.length, disk.capacity - disk.used);
        if (taken <= 0 && bytes.length > 0) throw osError('ENOSPC', 'append');
        inode.bytes = Buffer.concat([inode.bytes, bytes.subarray(0, taken)]);
        return taken;
      },
      read: (descriptor, into, position) => this.#held(descriptor).bytes.subarray(position).copy(into),
      truncate: (descriptor, size) => {
        const inode = this.#held(descriptor);
        inode.bytes = inode.bytes.subarray(0, size);
        inode.lost = inode.lost.map(({ from, to }) => ({ from: Math.min(from, size), to: Math.min(to, size) }));
      },
      setModeAndOwner: (descriptor, { mode, userId, groupId }) => {
        Object.assign(this.#held(descriptor), { mode: mode & 0o7777, userId, groupId });
      },
      rename: (from, to) => {
        const inode = disk.existing(from, false);
        const replaced = disk.find(to, false);
        if (replaced === inode) return;
        if (replaced !== undefined) disk.onUnnamed(to, replaced, 'replaced');
        disk.setNames({ [to]: inode, [from]: undefined });
      },
      remove: (path) => {
        const inode = disk.existing(path, false);
        if (inode.kind === 'directory') throw osError('EISDIR', path);
        disk.onUnnamed(path, inode, 'removed');
        disk.setNames({ [path]: undefined });
      },
      list: (path) => [...disk.existing(path).entries.keys()],
      makeDirectory: (path, mode) => makeDirectory(disk, path, mode),
      readFile: (path) => {
        const inode = disk.find(path);
        if (inode?.kind === 'directory') throw osError('EISDIR', path);
        return inode && Uint8Array.from(inode.bytes);
      },
      writeFile: (path, bytes, mode) => {
        const inode = disk.find(path, false) ?? createFile(disk, path, mode);
        if (inode.kind === 'link') throw osError('ELOOP', path);
        if (inode.kind === 'directory') throw osError('EISDIR', path);
        inode.bytes = Buffer.alloc(0);
        const taken = Math.min(bytes.length, disk.capacity - disk.used);
        inode.bytes = Buffer.from(bytes.subarray(0, Math.max(0, taken)));
        if (taken < bytes.length) throw osError('ENOSPC', path);
      },
      sync: (descriptor) => disk.bringToPlatter(this.#held(descriptor)),
      syncLater: (descriptor) => disk.syncLater(this, this.#held(descriptor)),
      syncDirectory: (path) => {
        disk.existing(path).past.length = 0;
      },
    };
  }
}

/** As the real lock does it: who has taken it makes sure that the file at the path is still the one that it has locked. */
function createLock(disk: MemoryDisk, path: string): FileLock {
  let held: Inode | undefined;
  const lock: FileLock = {
    acquire(timeoutMillis) {
      for (;;) {
        held ??= openLockFile(disk, path);
        if (held.lockedBy === lock) throw new Error('BUSY: the lock is taken already, by this very process');
        if (held.lockedBy !== undefined) {
          disk.now += timeoutMillis;
          return false;
        }
        if (disk.find(path) === held) break;
        lock.close();
      }
      held.lockedBy = lock;
      return true;
    },
    release() {
      if (held?.lockedBy === lock) held.lockedBy = undefined;
    },
    close() {
      lock.release();
      if (held !== undefined) disk.release(held);
      held = undefined;
    },
  };
  return lock;
}

function openLockFile(disk: MemoryDisk, path: string): Inode {
  makeDirectory(disk, parentOf(path), 0o750);
  const inode = disk.find(path) ?? createFile(disk, path, 0o640);
  inode.holders++;
  return inode;
}

function createFile(disk: MemoryDisk, path: string, mode: number): Inode {
  const link = disk.find(path, false);
  if (link !== undefined) return createFile(disk, link.target, mode);
  if (disk.find(parentOf(path)) === undefined) throw osError('ENOENT', path);
  const inode = disk.create('file', mode);
  disk.setNames({ [path]: inode });
  return inode;
}

function makeDirectory(disk: MemoryDisk, path: string, mode: number): void {
  const inode = path === '/' ? disk.root : disk.find(path);
  if (inode?.kind === 'directory') return;
  if (inode !== undefined) throw osError('EEXIST', path);
  makeDirectory(disk, parentOf(path), mode);
  const directory = disk.create('directory', mode);
  const parent = disk.existing(parentOf(path));
  directory.names = 1;
  for (const { entries } of [...parent.past, parent]) entries.set(nameOf(path), directory);
}

function statusOf(inode: Inode): FileStatus;
function statusOf(inode: Inode | undefined): FileStatus | undefined;
function statusOf(inode: Inode | undefined): FileStatus | undefined {
  if (inode === undefined) return undefined;
  const { kind, number, bytes, mode, userId, groupId } = inode;
  const size = bytes.length;
  return { device: 1, inode: number, size, mode, userId, groupId, isRegularFile: kind === 'file' };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
