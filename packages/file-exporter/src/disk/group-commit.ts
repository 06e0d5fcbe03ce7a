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
    this.#unsynced.push(...takeUntil(this.#unwritten, ({ place }) => place > takenLines));
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

  /** When the first will have waited for long enough of those who wait for a sync, or for one to end; infinite where none is under way. */
  get firstDeadline(): number {
    if (this.#syncing === undefined) return Number.POSITIVE_INFINITY;
    const first = this.#syncing.waiters[0] ?? this.#unsynced[0] ?? this.#unwritten[0];
    return first?.deadline ?? Number.POSITIVE_INFINITY;
  }

  /** Gives up lines that are written, and may be on the platter or not: those whose time is up. */
  giveUpWritten(reason: Error, now: number): void {
    for (const waiters of [this.#syncing?.waiters ?? [], this.#unsynced]) {
      settle(
        takeUntil(waiters, ({ deadline }) => deadline > now),
        reason,
      );
    }
  }

  /** Gives up lines that are not written: all, or those whose time is up. Returns which, as the queue counts them. */
  giveUp(reason: Error, now: number = Number.POSITIVE_INFINITY): ReadonlySet<number> {
    const given = takeUntil(this.#unwritten, ({ deadline }) => deadline > now);
    this.#unwritten = this.#unwritten.map((waiter) => ({ ...waiter, place: waiter.place - given.length }));
    settle(given, reason);
    return new Set(given.map(({ place }) => place));
  }
}

/** Removes the first, up to the one that stays with all after it. */
function takeUntil(waiters: Waiter[], stays: (waiter: Waiter) => boolean): Waiter[] {
  const count = waiters.findIndex(stays);
  return waiters.splice(0, count < 0 ? waiters.length : count);
}

function settle(waiters: readonly Waiter[], failure: Error | undefined): void {
  for (const { resolve, reject } of waiters) {
    if (failure === undefined) resolve();
    else reject(failure);
  }
}
