/**
 * Puts the runs of a broken chain where they belong. Pure.
 *
 * The trunk is the runs that stand in the order of their numbers and cover most of them. A run whose numbers the trunk lacks,
 * and whose hashes fit there, was moved; any other is a stray, which was never part of the trail, or is a copy, or is what an
 * edited line looks like.
 */
import type { Run } from './chain-reader.ts';

export interface Arrangement {
  /** Trunk and moved runs, by their numbers. One may end with numbers that the next begins with. */
  readonly order: readonly Run[];
  readonly moved: ReadonlySet<Run>;
  /** As they stand. */
  readonly strays: readonly Run[];
}

export function arrange(runs: readonly Run[]): Arrangement {
  const trunk = new Set(trunkOf(runs));
  const others = runs.filter((run) => !trunk.has(run));
  const isMoved = movedRun(runs, [...trunk]);
  const moved = new Set(others.filter(isMoved));
  return {
    order: [...trunk, ...moved].toSorted((a, b) => a.firstSeq - b.firstSeq),
    moved,
    strays: others.filter((run) => !moved.has(run)),
  };
}

function movedRun(runs: readonly Run[], trunk: readonly Run[]): (run: Run) => boolean {
  const byLastHash = new Map(runs.map((run) => [run.lastHash, run]));
  const byPrevHash = new Map(runs.map((run) => [run.prevHash, run]));
  return (run) =>
    !trunk.some(({ firstSeq, lastSeq }) => firstSeq <= run.lastSeq && run.firstSeq <= lastSeq) &&
    (byLastHash.get(run.prevHash)?.lastSeq === run.firstSeq - 1 ||
      byPrevHash.get(run.lastHash)?.firstSeq === run.lastSeq + 1);
}

/** Takes time in the square of the number of runs. */
function trunkOf(runs: readonly Run[]): readonly Run[] {
  const best: { readonly covered: number; readonly before: number }[] = [];
  let widest = 0;
  for (const [index, { firstSeq, lastSeq }] of runs.entries()) {
    let [covered, before] = [lastSeq - firstSeq + 1, -1];
    for (let other = 0; other < index; other++) {
      const earlier = runs[other]!;
      if (earlier.firstSeq >= firstSeq || earlier.lastSeq >= lastSeq) continue;
      const both = best[other]!.covered + lastSeq - Math.max(earlier.lastSeq, firstSeq - 1);
      if (both > covered) [covered, before] = [both, other];
    }
    best.push({ covered, before });
    // Of two that are as good, the later one, since it is the one that writers would go on with.
    if (covered >= best[widest]!.covered) widest = index;
  }
  const trunk: Run[] = [];
  for (let index = widest; index >= 0 && runs.length > 0; index = best[index]!.before) trunk.push(runs[index]!);
  return trunk.toReversed();
}
