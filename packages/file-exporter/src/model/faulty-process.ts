/**
 * A process on the disk in memory to which things happen: any operation of its port can fail, do half of its work, be the
 * last that it does, or be what it does just after somebody else has done something.
 *
 * A process that has died does nothing any more, whatever its code goes on to try: every later operation throws.
 */
import type { FileLock, OpenFileLock } from '../disk/file-lock.ts';
import type { FileSystem } from '../disk/file-system.ts';
import { osError, type MemoryDisk, type MemoryProcess } from './memory-disk.ts';

export type ErrorCode = 'ENOSPC' | 'EIO' | 'EACCES' | 'EROFS' | 'EMFILE';

/** What can fail: an operation on the disk, or one on the lock. */
export type Operation = keyof FileSystem | 'lock' | 'unlock';

/** What becomes of one operation. */
export interface Fault {
  /** Which: counted from 0 since the plan was made. */
  readonly at: number;
  /** It fails with an error, is the last of the process, or, as an append, takes fewer bytes than it was given. */
  readonly effect: ErrorCode | 'dies' | 'short';
  /** How much of the operation is done all the same, from 0 to 1. */
  readonly share: number;
}

export interface Plan {
  readonly fault?: Fault | undefined;
  /** What others do before the operation of this number. */
  readonly meanwhile?: { readonly at: number; readonly act: () => void } | undefined;
}

/** What a dead process's code sees, and what it waits for. */
class Died extends Error {}
const never = new Promise<never>(() => {});

/** A short write takes something. */
const leastShare = 0.01;
/** A step that has so many operations would never end. */
const maxOperations = 100_000;

export class FaultyProcess {
  readonly fileSystem: FileSystem;
  readonly openLock: OpenFileLock;
  readonly #process: MemoryProcess;
  #plan: Plan = {};
  #refused: ReadonlyMap<string, ErrorCode> = new Map();
  #operations = 0;
  #isDead = false;
  readonly #failures = new Set<Operation>();
  #failureOfNextAppend: ErrorCode | undefined;

  constructor(disk: MemoryDisk) {
    this.#process = disk.startProcess();
    const { fileSystem, openLock } = this.#process;
    this.fileSystem = new Proxy(fileSystem, {
      get:
        (target, name: keyof FileSystem) =>
        (...given: unknown[]) => {
          // A process's memory is its own, and here they all have one: what others do meanwhile must not change what is written.
          const args = given.map((arg) => (arg instanceof Uint8Array && name !== 'read' ? Uint8Array.from(arg) : arg));
          return this.#isDead && name === 'syncLater'
            ? never
            : this.#perform(name, (share) => callPartly(target, name, args, share));
        },
    });
    this.openLock = (path) => this.#faultyLock(openLock(path));
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Which kinds of operations have failed. */
  get failures(): ReadonlySet<Operation> {
    return this.#failures;
  }

  get descriptors(): number {
    return this.#process.descriptors;
  }

  /** How many operations there were since the plan was made. */
  get operations(): number {
    return this.#operations;
  }

  /** Whether it had to be killed in a step that does not end. */
  get isEndless(): boolean {
    return this.#operations > maxOperations;
  }

  plan(plan: Plan): void {
    this.#plan = plan;
    this.#operations = 0;
    this.#failureOfNextAppend = undefined;
  }

  /** From now on these operations fail, until it is said otherwise. */
  refuse(operations: readonly Operation[], code: ErrorCode): void {
    this.#refused = new Map(operations.map((operation) => [operation, code]));
  }

  die(): void {
    this.#isDead = true;
    this.#process.end();
  }

  #faultyLock(lock: FileLock): FileLock {
    return {
      acquire: (timeoutMillis) => this.#perform('lock', () => lock.acquire(timeoutMillis)) as boolean,
      release: () => void this.#perform('unlock', () => lock.release()),
      close: () => lock.close(),
    };
  }

  #perform(operation: Operation, run: (share: number) => unknown): unknown {
    this.#live();
    const at = this.#operations++;
    if (at === maxOperations) this.die();
    this.#live();
    if (this.#plan.meanwhile?.at === at) this.#plan.meanwhile.act();
    this.#live();
    const code = this.#refused.get(operation) ?? (operation === 'append' ? this.#takeFailureOfNextAppend() : undefined);
    if (code !== undefined) return this.#fail(operation, code);
    const fault = this.#plan.fault;
    return fault?.at === at ? this.#suffer(fault, operation, run) : run(1);
  }

  #suffer({ effect, share }: Fault, operation: Operation, run: (share: number) => unknown): unknown {
    if (effect === 'short') return run(operation === 'append' ? Math.max(share, leastShare) : 1);
    if (effect === 'dies') {
      run(share);
      this.die();
      if (operation === 'syncLater') return never;
      throw new Died();
    }
    // A write that has taken some bytes says so, and fails when the rest is tried.
    if (operation === 'append' && share > 0) {
      this.#failureOfNextAppend = effect;
      return run(share);
    }
    if (operation === 'writeFile') run(share);
    // Whatever it says, the descriptor is closed.
    if (operation === 'close') run(1);
    return this.#fail(operation, effect);
  }

  #fail(operation: Operation, code: ErrorCode): Promise<never> {
    this.#failures.add(operation);
    const error = osError(code, `injected into ${operation}`);
    if (operation === 'syncLater') return Promise.reject(error);
    throw error;
  }

  #takeFailureOfNextAppend(): ErrorCode | undefined {
    const code = this.#failureOfNextAppend;
    this.#failureOfNextAppend = undefined;
    return code;
  }

  #live(): void {
    if (this.#isDead) throw new Died();
  }
}

/** Does a share of an operation: so many of the bytes it is given, or, from a half on, all of it. */
function callPartly(fileSystem: FileSystem, name: keyof FileSystem, args: readonly unknown[], share: number): unknown {
  const [first, bytes, ...rest] = args;
  const isWrite = name === 'append' || name === 'writeFile';
  if (!isWrite || !(bytes instanceof Uint8Array))
    return share < 0.5 ? undefined : Reflect.apply(fileSystem[name], fileSystem, args);
  const part = bytes.subarray(0, Math.ceil(bytes.length * share));
  if (part.length === 0 && bytes.length > 0) return 0;
  return Reflect.apply(fileSystem[name], fileSystem, [first, part, ...rest]);
}
