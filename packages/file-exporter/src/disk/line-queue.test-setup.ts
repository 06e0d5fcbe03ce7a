/** A queue of lines as tests see it. */
import type { LineQueue } from './line-queue.ts';

/** The lines that wait, as text. */
export function linesOf(queue: LineQueue): string[] {
  return Array.from({ length: queue.length }, (...[, index]) => Buffer.from(queue.view(index, 1)).toString());
}
