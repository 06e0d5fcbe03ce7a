/**
 * Reads a trail from its oldest line to its newest, and says whether it is the one that its writers wrote: what was edited,
 * removed, moved or put in, in which file and line, and what happened to it in honest operation.
 *
 * It only reads, follows no links, and takes no lock: writers may go on and rotate meanwhile (`trail-files.ts` says how it sees one
 * moment of it). Memory is bounded whatever the files hold: lines are looked at where they were read, one of more than 1 MiB is
 * hashed as it passes, and of a broken chain no more than a thousand runs are held; where there are more, moves across a thousand
 * breaks are told as deletions and insertions, and what retention removed as missing.
 *
 * What cannot be told, since the hashes hold no secret and whoever can write the files can compute them as well:
 *
 * - that lines were cut off the end at the end of a line, or newer files removed and the file emptied: the rest is whole;
 * - that the last line was edited, as no line remembers it;
 * - that the trail was written anew from some line to its end, or replaced by an older copy of itself;
 * - that lines were appended by somebody who may write the file and not by the program: the chain proves in which order lines
 *   came and that they are unchanged since, never who wrote them. So a line which says that retention removed a backup is as
 *   trustworthy as whoever could append it;
 * - what happened to lines without a seal, except to the last of several, which the next seal holds, nor to the sealed line right
 *   before them, which no seal holds.
 *
 * Two things help, and both must be where nobody is who can write the files. Heads and checkpoints that were kept (`keptHeads`,
 * `keptCheckpoints`) prove the end, and everything up to them. The public key (`publicKeys`) proves that who rewrote the trail
 * did not have the private one: what a genuine checkpoint signs, and so all lines before it, is as it was then. Neither helps
 * against what was written between the last checkpoint and the break-in, nor afterwards while the intruder may have the program
 * sign: it signs whatever it finds in the file. Nothing proves that an event was ever recorded.
 */
import type { KeyObject } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { nodeFileSystem, type FileSystem } from '../disk/file-system.ts';
import { placeOf } from '../disk/log-file-place.ts';
import { keyIdOf, type Checkpoint } from '../trail/checkpoint.ts';
import { sealOfLine, type TrailHead } from '../trail/seal.ts';
import { aboutFiles, aboutRest, aboutUnreadable } from './explain-files.ts';
import type { TrailFinding } from './finding.ts';
import { KeptEvidence } from './kept-evidence.ts';
import { LineSplitter } from './line-splitter.ts';
import { readTrailFile } from './read-trail-file.ts';
import { closeTrailFiles, openTrailFiles, type TrailFile } from './trail-files.ts';
import { TrailJudge, type TrailVerdict } from './trail-judge.ts';

export interface VerifyTrailOptions {
  /** Of the newest file, `…/audit.log`; its backups are found beside it. */
  readonly path: string;
  /**
   * Ed25519 public keys, of which every checkpoint has to be signed by one: those of former times as well. Default: none, and
   * checkpoints prove nothing.
   */
  readonly publicKeys?: readonly KeyObject[] | undefined;
  /** Newest lines as they were at some time, which were kept elsewhere: an earlier summary's `head`. Default: none. */
  readonly keptHeads?: readonly TrailHead[] | undefined;
  /** Checkpoints that were kept elsewhere. Default: none. */
  readonly keptCheckpoints?: readonly Checkpoint[] | undefined;
  /** With `publicKeys`: how many lines may go without a genuine checkpoint. Default: 10,000, ten times what writers do. */
  readonly maxUnsignedLines?: number | undefined;
  /**
   * Hears each finding once. What concerns a single line comes when it is read; what takes later lines to tell comes with them,
   * usually at the end, in the order of the files. Default: nobody hears.
   */
  readonly onFinding?: ((finding: TrailFinding) => void) | undefined;
  /** Hears after every block how many bytes on the disk have been read. Default: nobody hears. */
  readonly onProgress?: ((progress: TrailProgress) => void) | undefined;
}

export interface TrailProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface TrailSummary extends TrailVerdict {
  /** Nothing was found that is a breach. */
  readonly isWhole: boolean;
  /** How many were read. */
  readonly files: number;
  /** On the disk. */
  readonly bytes: number;
}

/** What tests replace; the defaults are the real ones. */
export interface VerifyTrailEnvironment {
  readonly fileSystem: FileSystem;
  readonly wait: (millis: number) => Promise<void>;
}

const realEnvironment: VerifyTrailEnvironment = { fileSystem: nodeFileSystem, wait: (millis) => setTimeout(millis) };
const maxUnsignedLines = 10_000;

/**
 * Rejects where the directory cannot be read, and for arguments that are no use: a TypeError for a key that is not Ed25519, a
 * RangeError for a kept checkpoint that is not genuine. What the callbacks throw ends the verification.
 */
export async function verifyTrail(
  options: VerifyTrailOptions,
  { fileSystem, wait }: VerifyTrailEnvironment = realEnvironment,
): Promise<TrailSummary> {
  const { path, onFinding = () => {}, onProgress = () => {} } = options;
  const publicKeys = new Map((options.publicKeys ?? []).map((key) => [keyIdOf(ed25519(key)), key]));
  const kept = new KeptEvidence(options.keptHeads ?? [], options.keptCheckpoints ?? [], publicKeys);
  const trail = await openTrailFiles(fileSystem, path, wait);
  const untold = trail.untold.map((each) => ({
    ...each,
    place: { file: basename(placeOf(path).intentPath), line: 0 },
  }));
  const limits = { maxUnsignedLines: options.maxUnsignedLines ?? maxUnsignedLines };
  const judge = new TrailJudge({ publicKeys, kept, untold, onFinding, ...limits });
  try {
    for (const each of aboutFiles(basename(path), trail)) judge.report(each);
    const progress = { bytes: 0, totalBytes: trail.files.reduce((total, { size }) => total + size, 0) };
    for (const file of trail.files) {
      const blocks = readTrailFile(fileSystem, file, (bytes) => void (progress.bytes += bytes));
      await judgeFile(file, blocks, judge, () => onProgress({ ...progress }));
    }
    const verdict = judge.conclude();
    return { isWhole: verdict.breaches === 0, ...verdict, files: trail.files.length, bytes: progress.bytes };
  } finally {
    closeTrailFiles(fileSystem, trail.files);
  }
}

async function judgeFile(
  file: TrailFile,
  blocks: AsyncGenerator<Buffer, void>,
  judge: TrailJudge,
  onBlock: () => void,
): Promise<void> {
  const { reader } = judge;
  const splitter = new LineSplitter(reader);
  reader.beginFile(file.name);
  try {
    for (;;) {
      // Its errors are told from those of callbacks, which end the verification.
      const next = await blocks.next().catch((error: unknown) => asError(error));
      if (next instanceof Error) return judge.report(aboutUnreadable(reader.place, next));
      if (next.done === true) break;
      splitter.push(next.value);
      onBlock();
    }
    if (splitter.rest.length === 0) return;
    judge.report(aboutRest(file, reader.place, splitter.restBytes));
    // A line that only lacks its newline belongs to the chain.
    if (file.number > 0 && sealOfLine(splitter.rest) !== undefined) splitter.endLine();
  } finally {
    await blocks.return();
  }
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ed25519' && key.type === 'public') return key;
  throw new TypeError(
    `NOT_ED25519: checkpoints are verified with Ed25519 public keys, and this is a ${key.asymmetricKeyType ?? ''} ${key.type} key`,
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
