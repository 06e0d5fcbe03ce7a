/**
 * Hears what a reader of the chain comes upon, and makes findings of it: at once where a line speaks for itself, and where the
 * chain is broken when enough has been read to tell why.
 */
import type { KeyObject } from 'node:crypto';

import { isCheckpointGenuine, type Checkpoint } from '../trail/checkpoint.ts';
import type { Seal, TrailHead } from '../trail/seal.ts';
import { ChainReader, type ChainListener, type Run, type Unsealed } from './chain-reader.ts';
import { explainBreaks, unsealedLines } from './explain-breaks.ts';
import { finding, linesOf, type LinePlace, type TrailFinding } from './finding.ts';
import type { KeptEvidence } from './kept-evidence.ts';
import { readNotedLine, type Retirement } from './noted-line.ts';

export interface TrailVerdict {
  readonly breaches: number;
  readonly notices: number;
  readonly lines: number;
  /** Number of the oldest line there is; undefined where no line has a seal. */
  readonly firstSeq: number | undefined;
  /** The newest line there is, to keep elsewhere; undefined where no line has a seal. */
  readonly head: TrailHead | undefined;
  /** How many checkpoints are signed by one of the public keys for the place where they stand. */
  readonly checkpoints: number;
  /** Number of the last of these: if the trail is whole, all lines before it are as they were when it was signed. */
  readonly signedSeq: number | undefined;
  /** How many of the lines that were kept elsewhere are there, as they were kept. */
  readonly keptFound: number;
}

export interface TrailJudgeOptions {
  /** By what checkpoints call them. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  readonly kept: KeptEvidence;
  readonly maxUnsignedLines: number;
  /** What the trail has not been told, and need not miss. */
  readonly untold: readonly Retirement[];
  readonly onFinding: (finding: TrailFinding) => void;
}

/** Telling how runs belong together takes time in the square of their number. */
const maxRuns = 1_000;
/** One a backup that was ever removed while those that tell of it are still there. */
const maxRetirements = 1_000;

export class TrailJudge implements ChainListener {
  readonly reader: ChainReader;
  readonly #options: TrailJudgeOptions;
  #runs: Run[] = [];
  readonly #retirements: Retirement[];
  #breaches = 0;
  #notices = 0;
  #checkpoints = 0;
  #firstSeq: number | undefined;
  #signedSeq: number | undefined;
  /** How many lines there were up to the last genuine checkpoint. */
  #signedLines = 0;

  constructor(options: TrailJudgeOptions) {
    this.#options = options;
    this.#retirements = [...options.untold];
    this.reader = new ChainReader(this, options.kept);
  }

  report(each: TrailFinding): void {
    if (each.severity === 'breach') this.#breaches++;
    else this.#notices++;
    this.#options.onFinding(each);
  }

  onRun(run: Run): void {
    this.#runs.push(run);
    if (this.#runs.length >= maxRuns) this.#explain();
  }

  onUnsealed(lines: Unsealed, isFollowed: boolean): void {
    this.report(unsealedLines(lines, isFollowed));
  }

  onWatched(place: LinePlace, seal: Seal, hash: string): void {
    const contradiction = this.#options.kept.compare(place, seal, hash);
    if (contradiction !== undefined) this.report(contradiction);
  }

  onNote(line: Buffer, place: LinePlace, seal: Seal): void {
    const note = readNotedLine(line, place, seal);
    if (note?.type === 'finding') this.report(note.finding);
    if (note?.type === 'checkpoint') this.#verify(note.checkpoint, place);
    if (note?.type === 'retirement') this.#retirements.push(note.retirement);
    if (this.#retirements.length > maxRetirements) this.#retirements.shift();
  }

  /** All has been read. */
  conclude(): TrailVerdict {
    this.reader.end();
    const last = this.#explain();
    const head = last.lastSeq === 0 ? undefined : { seq: last.lastSeq, hash: last.lastHash };
    const end = head === undefined ? this.reader.place : last.last;
    const contradiction = this.#options.kept.compareEnd(end, last.lastSeq, this.reader.hash);
    if (contradiction !== undefined) this.report(contradiction);
    this.#checkUnsigned(end);
    return {
      breaches: this.#breaches,
      notices: this.#notices,
      lines: this.reader.lines,
      firstSeq: this.#firstSeq,
      head,
      checkpoints: this.#checkpoints,
      signedSeq: this.#signedSeq,
      keptFound: this.#options.kept.found,
    };
  }

  /** Explains the runs there are, and goes on from the last of them. */
  #explain(): Run {
    const { findings, order } = explainBreaks(this.#runs, this.#retirements);
    for (const each of findings) this.report(each);
    const firstSeq = order.find(({ lastSeq }) => lastSeq > 0)?.firstSeq;
    this.#firstSeq ??= firstSeq === undefined ? undefined : Math.max(1, firstSeq);
    const last = order.at(-1)!;
    this.#runs = [last];
    return last;
  }

  #verify(checkpoint: Checkpoint, place: LinePlace): void {
    const { publicKeys } = this.#options;
    if (publicKeys.size === 0) return;
    const wrong = wrongCheckpoint(checkpoint, publicKeys.get(checkpoint.keyId), place);
    if (wrong !== undefined) return this.report(wrong);
    this.#checkUnsigned(place);
    this.#checkpoints++;
    this.#signedSeq = checkpoint.seq;
    this.#signedLines = this.reader.lines;
  }

  /** `end` is where the lines end that no genuine checkpoint is among. */
  #checkUnsigned(end: LinePlace): void {
    const lines = this.reader.lines - this.#signedLines;
    if (this.#options.publicKeys.size === 0 || lines <= this.#options.maxUnsignedLines) return;
    const what = `${linesOf(lines)} up to here have no genuine checkpoint among them`;
    const meaning =
      'Checkpoints are not written, or were removed: whoever may write the files may have written these lines anew';
    this.report(finding('unsigned-stretch', end, what, meaning, { lines }));
  }
}

function wrongCheckpoint(
  checkpoint: Checkpoint,
  key: KeyObject | undefined,
  place: LinePlace,
): TrailFinding | undefined {
  const facts = { lines: 1, seq: checkpoint.seq };
  if (key === undefined) {
    const what = `the checkpoint here is signed with key "${checkpoint.keyId}", which is none of those given`;
    const meaning = 'Either a key of former times was not given, or somebody signed who may not: it proves nothing';
    return finding('checkpoint-unknown-key', place, what, meaning, facts);
  }
  if (isCheckpointGenuine(checkpoint, key)) return undefined;
  const what = `the signature of the checkpoint here is not one of key ${checkpoint.keyId} for this place in the trail`;
  const meaning = 'This line was edited, or those before it were written anew by somebody who does not have the key';
  return finding('checkpoint-forged', place, what, meaning, facts);
}
