/** What became of numbers that are missing: retired, edited beyond recognition, or removed with their lines. Pure. */
import type { Run } from './chain-reader.ts';
import { finding, linesOf, notAsWritten, numbered, type LinePlace, type TrailFinding } from './finding.ts';
import type { Retirement } from './noted-line.ts';
import { isHeld, nameOf, type Pair, type Report } from './pair.ts';

export function explainGap(pair: Pair, retirements: readonly Retirement[], report: Report): void {
  const { before, next } = pair;
  const retirement = lastRetirement(before.lastSeq, next.firstSeq, retirements);
  if (retirement !== undefined) report.add(next.at, retired(retirement));
  const firstMissing = (retirement?.lastSeq ?? before.lastSeq) + 1;
  const missing = next.firstSeq - firstMissing;
  if (missing === 0) {
    const isAsRetired = isHeld(next) || next.prevHash === retirement?.lastHash;
    if (!isAsRetired) report.add(next.at, notAsRetired(next));
    return;
  }
  if (next.prevHash === before.lastHash) return report.add(next.at, numbersBroken(pair));
  const instead = standingInstead(pair, report.explained);
  const lines = instead.reduce((total, each) => total + each.lines, 0);
  const [first] = instead;
  if (first !== undefined) report.add(next.at, edited(first.first, lines, missing));
  if (lines >= missing) return;
  report.add(
    next.at,
    removed(pair, missing - lines, { firstSeq: firstMissing, lastSeq: next.firstSeq - 1 }, lines > 0),
  );
}

/**
 * Of the retirements between the two numbers the one that came last. It covers what is before it as well: the lines that told of
 * earlier ones may have been removed in their turn.
 */
function lastRetirement(after: number, until: number, retirements: readonly Retirement[]): Retirement | undefined {
  const within = retirements.filter(({ lastSeq }) => after < lastSeq && lastSeq < until);
  return within.toSorted((a, b) => a.lastSeq - b.lastSeq).at(-1);
}

/** What stands between the two and belongs to neither: it is where the missing lines were. */
function standingInstead(
  { next, between }: Pair,
  explained: Report['explained'],
): readonly { readonly first: LinePlace; readonly lines: number }[] {
  const pieces = between.flatMap((run) => [run.loose, run]);
  if (!isHeld(next)) pieces.push(next.loose);
  return pieces.flatMap((piece) => {
    if (piece === undefined) return [];
    explained.add(piece);
    return [{ first: piece.first, lines: 'lines' in piece ? piece.lines : piece.lastSeq - piece.firstSeq + 1 }];
  });
}

function edited(first: LinePlace, lines: number, missing: number): TrailFinding {
  const what = `${linesOf(lines)} from here on, with no seal that fits, in place of ${linesOf(missing)}`;
  const meaning = `Edited, seal and all, or put there instead. ${notAsWritten}`;
  return finding('line-edited', first, what, meaning, { lines });
}

function removed(
  { before, next }: Pair,
  lines: number,
  missing: { readonly firstSeq: number; readonly lastSeq: number },
  isPartly: boolean,
): TrailFinding {
  const { firstSeq, lastSeq } = missing;
  const all = numbered(firstSeq, lastSeq);
  const which = `${isPartly ? `${linesOf(lines)} of ${all}` : all} missing before this one`;
  const facts = { lines, missing, seq: next.firstSeq };
  const add = (kind: 'beginning-missing' | 'backup-missing' | 'lines-deleted', meaning: string): TrailFinding =>
    finding(kind, next.first, which, `${meaning}. What they said cannot be told`, facts);
  if (before.lastSeq === 0) {
    return add(
      'beginning-missing',
      'The trail begins here, and no line of it says that retention removed them: the oldest file or its first lines were removed',
    );
  }
  const unvouched = `nothing vouches any more for ${nameOf(before.lastSeq, before.last)}, the last before them`;
  const isBetweenFiles = next.first.line === 1 && before.last.file !== next.first.file && !isPartly;
  if (isBetweenFiles) {
    return add(
      'backup-missing',
      `A file between ${before.last.file} and this one was removed, or the end of the one or the beginning of the other cut off; ${unvouched}`,
    );
  }
  return add('lines-deleted', `They were removed after they were written; ${unvouched}`);
}

function numbersBroken({ before, next }: Pair): TrailFinding {
  const what = `this is line ${next.firstSeq} and remembers ${nameOf(before.lastSeq, before.last)} as the one before it`;
  const meaning =
    'No writer of this trail numbers its lines so: the number was edited, or from here on it was sealed by somebody else';
  return finding('numbers-broken', next.first, what, meaning, { lines: 1, seq: next.firstSeq });
}

function retired({ place, seq, file, lastSeq }: Retirement): TrailFinding {
  const what = `retention removed the lines up to ${lastSeq}, the last of them with ${file}`;
  const source =
    seq === undefined
      ? 'A writer has left word of it that died before the trail could be told'
      : 'The trail says so itself';
  const meaning = `${source}, so they need not be missed; whether it was time to remove them, the retention policy tells`;
  return finding('retired', place, what, meaning, seq === undefined ? {} : { lines: 1, seq });
}

function notAsRetired({ first, firstSeq }: Run): TrailFinding {
  const what = 'this line remembers another line before it than was the last of the file that retention removed';
  const meaning =
    'No number is missing, but a line was edited: this one, or the last of those that were removed, before they were';
  return finding('line-edited', first, what, meaning, { lines: 1, seq: firstSeq });
}
