/**
 * Records in whose place there is a line that says that they could not be read, or not be searched for secrets. That this line is on the
 * platter is no answer to who waits for theirs.
 */
import type { WriteDurably } from '../durable-writes.ts';

/** Since this thread has started. */
let withheld = 0;

export function noteWithheldRecord(): void {
  withheld += 1;
}

/** Rejects as well where a record was withheld that `emit` emitted. */
export function wholeRecords(writeDurably: WriteDurably): WriteDurably {
  return async (emit) => {
    let isWhole = true;
    await writeDurably(() => {
      const before = withheld;
      emit();
      isWhole = withheld === before;
    });
    if (!isWhole) throw new Error('the entry cannot be read, or not be searched for secrets');
  };
}
