/** How long to leave something alone that keeps failing: 100 ms, then twice as long each time, up to 5 s. */
const shortestMillis = 100;
const longestMillis = 5_000;

export class Backoff {
  readonly #now: () => number;
  #failures = 0;
  #retryAt = 0;

  /** `now`: milliseconds on a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** Milliseconds until the next attempt is due; 0 when one is. */
  get delayMillis(): number {
    return this.isFailing ? Math.max(0, this.#retryAt - this.#now()) : 0;
  }

  fail(): void {
    this.#retryAt = this.#now() + Math.min(shortestMillis * 2 ** this.#failures, longestMillis);
    this.#failures++;
  }

  succeed(): void {
    this.#failures = 0;
  }
}
