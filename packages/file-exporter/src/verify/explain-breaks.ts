/**
 * What became of a trail whose chain is broken, told from its runs. Pure.
 *
 * The rule behind all of it: a line is vouched for by the next one, which remembers its hash. Where line 8 remembers another
 * line 7 than there is, either line 7 was edited or the hash in line 8. If line 9 remembers line 8 as it is, line 8 was not
 * edited, so line 7 was. If it does not, line 8 was edited, and of line 7 nothing is known: it is named all the same, with that doubt.
 */
import { arrange } from './arrangement.ts';
import type { Run, Unsealed } from './chain-reader.ts';
import { explainGap } from './explain-gap.ts';
import { finding, linesOf, notAsWritten, numbered, type TrailFinding } from './finding.ts';
import type { Retirement } from './noted-line.ts';
import { isFollowed, isHeld, nameOf, pairsOf, type Pair, type Report } from './pair.ts';

export interface Explanation {
  /** In the order in which what they are about stands. */
  readonly findings: readonly TrailFinding[];
  /** The runs of the trail as they were written. */
  readonly order: readonly Run[];
}

export function explainBreaks(runs: readonly Run[], retirements: readonly Retirement[]): Explanation {
  const arrangement = arrange(runs);
  const found: { readonly at: number; readonly finding: TrailFinding }[] = [];
  const report: Report = { add: (at, each) => found.push({ at, finding: each }), explained: new Set() };
  for (const pair of pairsOf(arrangement)) {
    const gap = pair.next.firstSeq - pair.before.lastSeq - 1;
    if (gap > 0) explainGap(pair, retirements, report);
    else if (gap < 0) explainOverlap(pair, report);
    else if (!isFollowed(pair.before, pair.next)) explainCrack(pair, report);
  }
  for (const run of arrangement.moved) report.add(run.at, moved(run));
  for (const run of arrangement.strays) if (!report.explained.has(run)) report.add(run.at, inserted(run));
  for (const run of runs) {
    if (run.loose === undefined || report.explained.has(run.loose)) continue;
    report.add(run.at, isHeld(run) ? unsealedLines(run.loose, true) : insertedUnsealed(run.loose));
  }
  return { findings: found.toSorted((a, b) => a.at - b.at).map((each) => each.finding), order: arrangement.order };
}

/** The numbers follow one another, and the hashes do not. */
function explainCrack({ before, next, after }: Pair, { add, explained }: Report): void {
  const isVouchedFor = next.firstSeq < next.lastSeq || (after !== undefined && isFollowed(next, after));
  const remembers = `${nameOf(next.firstSeq, next.first)} remembers another line before it`;
  const unless = isVouchedFor ? '' : ', or the hash in that line was, for which no later line vouches';
  if (next.loose !== undefined) {
    explained.add(next.loose);
    const what = `this line, which has no seal, was edited, or others without one behind it were removed${unless}: ${remembers}`;
    return add(next.at, finding('line-edited', next.loose.last, what, notAsWritten, { lines: 1 }));
  }
  if (before.lastSeq === 0) {
    // If another pair tells that this line was edited, that is all there is to it.
    if (isVouchedFor || after === undefined) add(next.at, unsealedPast(next));
    return;
  }
  const what = `this line was edited, or lines without a seal that stood behind it were${unless}: ${remembers}`;
  add(next.at, finding('line-edited', before.last, what, notAsWritten, { lines: 1, seq: before.lastSeq }));
}

/** The end of the one and the beginning of the other have the same numbers. */
function explainOverlap({ before, next }: Pair, { add }: Report): void {
  const lines = before.lastSeq - next.firstSeq + 1;
  const { file, line } = before.last;
  const first = line >= lines ? { file, line: line - lines + 1 } : before.last;
  const what = `${linesOf(lines)} up to ${nameOf(before.lastSeq, before.last)} have the numbers of those from ${nameOf(next.firstSeq, next.first)} on`;
  const meaning =
    'Either were put in, as copies or as forgeries. The trail goes on behind the latter, so nothing vouches for the former';
  add(next.at, finding('lines-inserted', first, what, meaning, { lines, seq: next.firstSeq }));
}

function moved({ first, firstSeq, lastSeq }: Run): TrailFinding {
  const what = `${numbered(firstSeq, lastSeq)}, out of order`;
  const meaning = 'Lines or whole files were moved: what they say is as it was written, and their order is not';
  return finding('lines-reordered', first, what, meaning, { lines: lastSeq - firstSeq + 1, seq: firstSeq });
}

function inserted({ first, firstSeq, lastSeq }: Run): TrailFinding {
  const lines = lastSeq - firstSeq + 1;
  const what = `${linesOf(lines)} from here on, by the seal ${numbered(firstSeq, lastSeq)}, where the chain has none`;
  const meaning =
    'Copies or forgeries were put in, or a trail was begun anew behind another: of lines with the same number, those that more lines follow are the likelier to be genuine';
  return finding('lines-inserted', first, what, meaning, { lines });
}

function insertedUnsealed({ first, lines }: Unsealed): TrailFinding {
  const what = `${linesOf(lines)} from here on, without a seal, where the chain has none`;
  const meaning =
    'They were put in later, or by a program that appended without the lock at the very moment of a write: they are no evidence';
  return finding('lines-inserted', first, what, meaning, { lines });
}

/** What honest operation can leave. `isRemembered`: the next sealed line remembers the last of them. */
export function unsealedLines({ first, lines }: Unsealed, isRemembered: boolean): TrailFinding {
  const what = `${linesOf(lines)} without a seal from here on: appended by another program or by a writer that could not lock, or older than the trail`;
  const meaning = isRemembered
    ? 'They are no evidence: the line behind them remembers the last of them, and nothing remembers the others, or the sealed line before them'
    : 'They are no evidence: no line remembers them, or the sealed line before them';
  return finding('unsealed-lines', first, what, meaning, { lines });
}

function unsealedPast({ first, firstSeq }: Run): TrailFinding {
  const what = 'the first line of the trail remembers a line before it, which is not there';
  const meaning = 'Where the trail began there were lines without a seal, and they are gone: they were no evidence';
  return finding('unsealed-past', first, what, meaning, { lines: 1, seq: firstSeq });
}
