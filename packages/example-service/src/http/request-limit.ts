/** How often an address may ask within a minute. Each worker counts for itself, so a service allows as many times more. */

const windowMillis = 60_000;

export class RequestLimit {
  readonly #perMinute: number;
  readonly #counts = new Map<string, number>();
  #windowEnd = 0;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts the request, and says whether it may pass. `nowMillis` is of a clock that never goes back. */
  admits(address: string, nowMillis: number): boolean {
    if (nowMillis >= this.#windowEnd) {
      // All addresses begin anew together, so the map holds those of one minute at most.
      this.#counts.clear();
      this.#windowEnd = nowMillis + windowMillis;
    }
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count <= this.#perMinute;
  }
}
