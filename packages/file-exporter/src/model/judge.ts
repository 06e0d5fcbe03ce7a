/**
 * What must be so, whatever has happened: read off the files in a world, and off what the writers were told. Returns what is
 * wrong, in words; nothing when all is well.
 *
 * - No line that somebody was told is written is missing, but for what retention, an outsider or, if it was not durable, lost
 *   power has taken; no line is there that somebody was told is not.
 * - No line is torn, and none is there twice; of each writer, lines are in their order.
 * - Records that did not fit into memory are counted by a line of the file.
 * - A file takes no line that Python's rule would have put into the next, and rotates for no other.
 * - The numbers of the backups have no hole.
 * - The lines of a trail are numbered and hold one another; and of each file that retention took, one of them tells.
 */
import { hashOfLine, sealOfLine, trailStart } from '../trail/seal.ts';
import {
  place,
  withoutSeal,
  type GoneFile,
  type Happening,
  type Line,
  type LogWorld,
  type NoteLine,
} from './log-world.ts';
import type { Inode } from './memory-disk.ts';
import { filesOfOneWriter } from './python-rule.ts';

/** A line as it stands in a file. */
interface Found {
  readonly text: string;
  readonly bytes: number;
  /** Without its seal. */
  readonly plain: string;
  readonly line?: Line | undefined;
  readonly note?: NoteLine | undefined;
  readonly isForeign: boolean;
  readonly isGlued: boolean;
}

interface FoundFile {
  readonly inode: Inode;
  readonly cause?: GoneFile['cause'];
  readonly lines: readonly Found[];
  /** What follows the last newline. */
  readonly rest: string;
}

export function judge(world: LogWorld): string[] {
  const files = readFiles(world);
  const found = files.flatMap(({ lines }) => lines);
  return [
    ...world.wrongs,
    ...wrongLines(world, files),
    ...wrongFates(world, found),
    ...wrongOrders(found),
    ...wrongCounts(world, found),
    ...wrongSizes(world, files),
    ...wrongNumbers(world),
    ...wrongRemains(world),
    ...(world.scenario.isTrail ? wrongTrail(world, files) : []),
  ].map((wrong) => wrong.replaceAll(/(.)\1{40,}/gu, '$1…'));
}

/** In the order in which they came to be, those that are gone included. */
function readFiles(world: LogWorld): FoundFile[] {
  const texts = new Map(world.lines.map((line) => [line.text, line]));
  const present = world.files().map(({ inode, bytes }) => ({ inode, bytes }));
  const gone = world.gone.map(({ inode, bytes, cause }) => ({ inode, bytes: bytes(), cause }));
  return [...gone, ...present]
    .toSorted((one, other) => world.ageOf(one.inode) - world.ageOf(other.inode))
    .map(({ bytes, ...file }) => {
      // Where a sync has failed, lost power leaves zeros.
      const pieces = bytes.toString('latin1').split(/\n|\0+/);
      const last = pieces.pop() ?? '';
      // A line that lacks nothing but its newline is whole, if nobody may cut it off.
      const isWhole = world.scenario.hasForeignWriters && readLine(last, texts).line !== undefined;
      const lines = (isWhole ? [...pieces, last] : pieces).map((piece) => readLine(piece, texts));
      return { ...file, rest: isWhole ? '' : last, lines };
    });
}

/** `piece` has one character for each byte: what was cut within a character has as many bytes as it has. */
function readLine(piece: string, texts: ReadonlyMap<string, Line>): Found {
  const text = Buffer.from(piece, 'latin1').toString();
  // An outsider's line may stand behind what a writer could not end.
  const ours = text.replace(/(?<=.)(outside \d+ o*)+$/, '');
  const plain = withoutSeal(ours);
  const [, json] = /^(?:note )?(\{"note":[^{}]*\})$/.exec(plain) ?? [];
  return {
    text,
    bytes: piece.length,
    plain,
    line: texts.get(`${plain}\n`),
    note: json === undefined ? undefined : (JSON.parse(json) as NoteLine),
    isForeign: text.startsWith('o'),
    isGlued: ours !== text,
  };
}

function* wrongLines({ scenario, lines, happened }: LogWorld, files: readonly FoundFile[]): Generator<string> {
  const isRaced = happened.has('race') && happened.has('unlocked') && happened.has('error');
  // What lost power leaves of an outsider's line looks like anything.
  const isIllegible = happened.has('power') && (happened.has('unsynced') || happened.has('outside'));
  if (isRaced || isIllegible) return;
  // Where nothing may be cut off, or nobody had the lock, half a line remains where its writer could not go on.
  const mayHaveHalves = scenario.hasForeignWriters || happened.has('unlocked') || happened.has('error');
  const starts = ['note ', '{"note', 'outside ', ...lines.map(({ text }) => text.slice(0, -2))];
  const isStart = (half: string) => starts.some((start) => start.startsWith(half) || half.startsWith(start));
  for (const { lines: found, rest, cause } of files) {
    for (const { text, plain, line, note, isForeign, isGlued } of found) {
      if (line !== undefined || note !== undefined || isForeign) continue;
      const mayBeHalf = mayHaveHalves || isGlued;
      if (!mayBeHalf || !isStart(plain.replace(/\uFFFD$/, ''))) yield `a torn line: ${text}`;
    }
    const mayEndInHalf =
      cause === 'outsider' || happened.has('outside') || happened.has('power') || happened.has('unlocked');
    if (rest !== '' && !mayEndInHalf) yield `a file ends in half a line: ${rest}`;
  }
}

function* wrongFates({ lines, happened }: LogWorld, found: readonly Found[]): Generator<string> {
  const times = new Map<Line, number>();
  for (const { line } of found) if (line !== undefined) times.set(line, (times.get(line) ?? 0) + 1);
  for (const line of lines) {
    const { text, fate, isAbsent, isForgiven } = line;
    const count = times.get(line) ?? 0;
    // Nobody cuts off what a writer without the lock could not end, and it may lack nothing but its newline.
    const mayBeTwice = happened.has('unlocked') && happened.has('error');
    if (count > 1 && !mayBeTwice) yield `${count} times: ${text}`;
    const mayBeGlued = happened.has('race') && happened.has('unlocked') && happened.has('error');
    if (fate === 'written' && count === 0 && !isForgiven && !mayBeGlued) yield `lost: ${text}`;
    if (fate === 'dropped' && count > 0) yield `not dropped: ${text}`;
    if (fate === 'rejected' && isAbsent && count > 0 && !happened.has('power')) yield `rejected, and written: ${text}`;
  }
}

function* wrongOrders(found: readonly Found[]): Generator<string> {
  const last = new Map<string, number>();
  for (const { line } of found) {
    if (line === undefined) continue;
    if (line.order < (last.get(line.by) ?? -1)) yield `before a later line: ${line.text}`;
    last.set(line.by, line.order);
  }
}

/** Whoever is alive at the end has accounted for every line. */
function* wrongCounts({ writers, happened }: LogWorld, found: readonly Found[]): Generator<string> {
  if (happened.has('deletion')) return;
  for (const { lines, index, life } of writers) {
    const by = `${index}.${life}`;
    const dropped = lines.filter(({ fate }) => fate === 'dropped').length;
    const noted = found.reduce((sum, { note }) => sum + (note?.by === by ? (note.records ?? 0) : 0), 0);
    if (dropped !== noted) yield `${dropped} lines of ${by} were dropped, and ${noted} noted`;
  }
}

function* wrongSizes({ scenario, happened }: LogWorld, files: readonly FoundFile[]): Generator<string> {
  if (happened.has('error') || happened.has('unlocked') || (happened.has('outside') && happened.has('race'))) return;
  const { maxBytes, backups, emptyFileRollover } = scenario;
  if (maxBytes <= 0 || backups <= 0) return;
  for (const { lines } of files) {
    let size = 0;
    // What there is to say of a rotation comes before the line that has asked for it.
    const exempt = lines.filter(({ note }) => note?.note === 'retired').length;
    for (const [index, { text, line, note, bytes }] of lines.entries()) {
      const isTooMuch = index > exempt && size + [...text].length + 1 >= maxBytes;
      if (isTooMuch && (line ?? note) !== undefined) yield `belongs into the next file, after ${size} bytes: ${text}`;
      size += bytes + 1;
    }
  }
  if (happened.size > 0 || scenario.isTrail) return;
  const contents = files.map(({ lines }) => lines.map(({ text }) => `${text}\n`).join(''));
  const expected = filesOfOneWriter(
    files.flatMap(({ lines }) => lines.map(({ text }) => `${text}\n`)),
    { maxBytes, backups, emptyFileRollover },
  );
  if (contents.join('|') !== expected.join('|'))
    yield `not the files of one writer, ${expected.join('|')}: ${contents.join('|')}`;
}

function* wrongNumbers(world: LogWorld): Generator<string> {
  const { happened } = world;
  if (happened.has('deletion') || happened.has('power') || happened.has('oblivion')) return;
  const names = world.files().map(({ name }) => name);
  const numbers = names.flatMap((name) => /^a\.log\.(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  if (numbers.length > 0 && Math.max(...numbers) !== numbers.length) yield `a hole: ${names.toSorted().join(' ')}`;
}

/** Half a line that a writer could not end it takes back itself, while it lives. */
function* wrongRemains({ disk, scenario, happened, failures }: LogWorld): Generator<string> {
  const others: readonly Happening[] = ['death', 'power', 'outside', 'unlocked'];
  if (scenario.hasForeignWriters || others.some((each) => happened.has(each))) return;
  if (failures.has('truncate') || failures.has('descriptorStatus')) return;
  const remains = disk.find(place.quarantinePath)?.bytes.toString() ?? '';
  if (remains !== '') yield `half a line was left for others: ${remains}`;
}

function* wrongTrail({ happened }: LogWorld, files: readonly FoundFile[]): Generator<string> {
  const isRaced = happened.has('race') && (happened.has('outside') || happened.has('unlocked'));
  const isUnsynced = happened.has('power') && happened.has('unsynced');
  if (happened.has('deletion') || isRaced || isUnsynced) return;
  let { seq, hash } = trailStart;
  for (const { text } of files.flatMap(({ lines }) => lines)) {
    const seal = sealOfLine(text);
    if (seal !== undefined && seal.seq !== seq + 1) yield `number ${seal.seq} after ${seq}: ${text}`;
    // Lines without a seal, before the first that has one, may be gone by then.
    const isBeginning = seq === 0 && seal?.prevHash === trailStart.hash;
    if (seal !== undefined && seal.prevHash !== hash && !isBeginning) yield `does not hold the line before it: ${text}`;
    seq = seal?.seq ?? seq;
    hash = hashOfLine(text);
  }
  const noted = new Set(files.flatMap(({ lines }) => lines.map(({ note }) => note?.lastHash)));
  const retired = files.filter(
    ({ cause, lines }) => cause === 'retention' && lines.some(({ text }) => sealOfLine(text)),
  );
  const lastHashes = new Set(retired.map(({ lines }) => hashOfLine(lines.at(-1)?.text ?? '')));
  for (const lastHash of happened.has('oblivion') ? [] : lastHashes)
    if (!noted.has(lastHash)) yield `no line tells that retention took ${lastHash}`;
  for (const lastHash of noted)
    if (lastHash !== undefined && !lastHashes.has(lastHash))
      yield `a line tells that retention took ${lastHash}, which it did not`;
}
