/** The lines that wait for the disk, oldest first, within a bound; what does not fit is dropped and counted. */

/** About 40,000 lines of ordinary length: what a dead disk may cost in memory, per file. */
const maxCharacters = 8 * 1024 * 1024;

export class LineQueue {
  #lines: string[] = [];
  #characters = 0;
  #droppedLines = 0;
  #takenLines = 0;

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** UTF-16 code units of all lines: the memory they take, to a factor of two. */
  get characters(): number {
    return this.#characters;
  }

  /** Whether there is nothing to write, and nothing to say of what was dropped. */
  get isIdle(): boolean {
    return this.#lines.length === 0 && this.#droppedLines === 0;
  }

  /** How many lines have left since the beginning. */
  get takenLines(): number {
    return this.#takenLines;
  }

  /** Takes the line, or drops and counts it. */
  push(line: string): boolean {
    if (this.isFullFor(line)) {
      this.#droppedLines++;
      return false;
    }
    this.#lines.push(line);
    this.#characters += line.length;
    return true;
  }

  isFullFor(line: string): boolean {
    return this.#characters + line.length > maxCharacters;
  }

  /** Removes the first `count` lines. */
  shift(count: number): void {
    this.#takenLines += count;
    if (count === this.#lines.length) {
      this.#lines = [];
      this.#characters = 0;
      return;
    }
    for (const line of this.#lines.splice(0, count)) this.#characters -= line.length;
  }

  /** Takes lines back that have not left: those which would be the `takenLines`th to leave. */
  withdraw(places: ReadonlySet<number>): void {
    const first = this.#takenLines + 1;
    this.#lines = this.#lines.filter((line, index) => {
      if (!places.has(first + index)) return true;
      this.#characters -= line.length;
      return false;
    });
  }

  /** How many lines were dropped since this was last asked. */
  takeDroppedCount(): number {
    const count = this.#droppedLines;
    this.#droppedLines = 0;
    return count;
  }
}
