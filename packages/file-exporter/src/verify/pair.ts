/** Two runs of a broken chain that follow one another by their numbers, with what it takes to tell why they are two. Pure. */
import type { Arrangement } from './arrangement.ts';
import type { Run, Unsealed } from './chain-reader.ts';
import type { LinePlace, TrailFinding } from './finding.ts';

export interface Pair {
  readonly before: Run;
  readonly next: Run;
  /** The run behind these two, where its number leaves no gap. */
  readonly after: Run | undefined;
  /** The strays that stand between the two; none where one of the two was moved. */
  readonly between: readonly Run[];
}

/** Where findings go, and which strays and lines without a seal they have explained. */
export interface Report {
  /** `at` tells which run it is about. */
  readonly add: (at: number, finding: TrailFinding) => void;
  readonly explained: Set<Run | Unsealed>;
}

export function pairsOf({ order, moved, strays }: Arrangement): readonly Pair[] {
  return order.slice(1).map((next, index) => {
    const before = order[index]!;
    const after = order[index + 2];
    const isInPlace = !moved.has(before) && !moved.has(next);
    return {
      before,
      next,
      after: after?.firstSeq === next.lastSeq + 1 ? after : undefined,
      between: isInPlace ? strays.filter(({ at }) => before.at < at && at < next.at) : [],
    };
  });
}

/** Whether the lines without a seal before it are those that it remembers. */
export function isHeld({ loose, prevHash }: Run): boolean {
  return loose?.lastHash === prevHash;
}

/** Whether `next` remembers what is before it. */
export function isFollowed(before: Run, next: Run): boolean {
  return next.prevHash === before.lastHash || isHeld(next);
}

/** A line as it is named inside a sentence. */
export function nameOf(seq: number, { file, line }: LinePlace): string {
  return `line ${seq} (${file}:${line})`;
}
