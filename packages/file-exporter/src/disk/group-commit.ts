/**
 * Lines whose callers wait until they are on the platter. Many lines share one sync: while one is under way, those that are
 * written meanwhile wait for the next (group commit).
 *
 * A caller is told of success only after its line was written, synced, and is still to be found: by the path, or by a backup's.
 */

export interface Waiter {
  /** Which line of the queue: the how-manieth to leave it. */
  readonly place: number;
  /** On the clock of the file. */
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** The lines of one sync. */
export interface Group {
  readonly waiters: Waiter[];
  /** Whether the file was closed meanwhile, and all but the outcome of this sync is known of them. */
  isLetGo: boolean;
}

export class GroupCommit {
  #unwritten: Waiter[] = [];
  #unsynced: Waiter[] = [];
  #syncing: Group | undefined;

  /** Waiters must come in the order of their lines, and of their deadlines. */
  add(waiter: Waiter): void {
    this.#unwritten.push(waiter);
  }

  /** How many lines are not in the file. */
  get unwrittenLines(): number {
    return this.#unwritten.length;
  }

  get isSyncing(): boolean {
    return this.#syncing !== undefined;
  }

  /** Are there lines in the file that are not known to be on the platter? */
  get hasUnsynced(): boolean {
    return this.#unsynced.length > 0 || this.isSyncing;
  }

  /** `takenLines` lines have left the queue for the file. */
  noteWritten(takenLines: number): void {
    const count = this.#unwritten.findIndex(({ place }) => place > takenLines);
    this.#unsynced.push(...this.#unwritten.splice(0, count < 0 ? this.#unwritten.length : count));
  }

  /** What the next sync will bring to the platter; undefined where that is nothing, or one is under way. */
  beginSync(): Group | undefined {
    if (this.isSyncing || this.#unsynced.length === 0) return undefined;
    this.#syncing = { waiters: this.#unsynced, isLetGo: false };
    this.#unsynced = [];
    return this.#syncing;
  }

  /** The sync for `group` has ended. */
  endSync(group: Group, failure?: Error): void {
    if (this.#syncing === group) this.#syncing = undefined;
    settle(group.waiters.splice(0), failure);
  }

  /**
   * The file is about to be closed, and all that was written to it has been synced, or cannot be. The operating system tells of an
   * error but once, to whichever sync asks first: so what is synced now stands or falls with the sync that is still under way.
   */
  letGo(failure?: Error): void {
    const group = this.#syncing;
    const unsynced = this.#unsynced;
    this.#syncing = undefined;
    this.#unsynced = [];
    if (group !== undefined) group.isLetGo = true;
    if (group !== undefined && failure === undefined) group.waiters.push(...unsynced);
    else settle([...(group?.waiters.splice(0) ?? []), ...unsynced], failure);
  }

  /** Gives up lines that are not written: all, or those whose time is up. Returns which, as the queue counts them. */
  giveUp(reason: Error, now: number = Number.POSITIVE_INFINITY): ReadonlySet<number> {
    const count = this.#unwritten.findIndex(({ deadline }) => deadline > now);
    const given = this.#unwritten.splice(0, count < 0 ? this.#unwritten.length : count);
    this.#unwritten = this.#unwritten.map((waiter) => ({ ...waiter, place: waiter.place - given.length }));
    settle(given, reason);
    return new Set(given.map(({ place }) => place));
  }
}

function settle(waiters: readonly Waiter[], failure: Error | undefined): void {
  for (const { resolve, reject } of waiters) {
    if (failure === undefined) resolve();
    else reject(failure);
  }
}
