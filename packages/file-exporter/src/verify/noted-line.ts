/** Lines of a trail that say something about the trail itself. Pure. */
import { checkpointEventName, type Checkpoint } from '../trail/checkpoint.ts';
import { noteEventNames, noteScopeName } from '../trail/note-events.ts';
import type { Seal } from '../trail/seal.ts';
import { finding, type LinePlace, type TrailFinding } from './finding.ts';

/** Word of it that retention removed lines. */
export interface Retirement {
  /** Of the line that says so, or of what a writer has left beside the trail that died before it could write that line. */
  readonly place: LinePlace;
  /** Of the line. */
  readonly seq?: number;
  /** The file that was removed. */
  readonly file: string;
  readonly lastSeq: number;
  readonly lastHash: string;
}

export type NotedLine =
  | { readonly type: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly type: 'retirement'; readonly retirement: Retirement }
  /** It speaks for itself. */
  | { readonly type: 'finding'; readonly finding: TrailFinding };

/**
 * What stands in each such line, and, as quotes inside values are escaped, hardly in any other. Its first character is a rare one,
 * for which a search can look many bytes at a time: with a quote before it, it takes three times as long.
 */
export const noteMark: string = `${noteScopeName}", "event": "`;

/** Undefined for any other line, and for a note that lacks what it ought to say. */
export function readNotedLine(line: Buffer, place: LinePlace, { seq, prevHash }: Seal): NotedLine | undefined {
  const { scope, event, timestamp, attributes } = fieldsOf(line);
  if (scope !== noteScopeName) return undefined;
  const facts = isObject(attributes) ? attributes : {};
  const aboutLine = { lines: 1, seq };
  switch (event) {
    case checkpointEventName: {
      // What is missing is as good as wrong: neither is signed.
      const { key_id: keyId, signature } = facts;
      const signed = { seq, prevHash, time: String(timestamp), signature: String(signature) };
      return { type: 'checkpoint', checkpoint: { ...signed, keyId: isWord(keyId) ? keyId : '' } };
    }
    case noteEventNames.retired: {
      const { file, last_seq: lastSeq, last_hash: lastHash } = facts;
      if (!isWord(file) || !isWord(lastHash) || !isCount(lastSeq) || lastSeq >= seq) return undefined;
      return { type: 'retirement', retirement: { place, seq, file, lastSeq, lastHash } };
    }
    case noteEventNames.repaired: {
      const { bytes, sha256 } = facts;
      if (!isCount(bytes) || !isWord(sha256)) return undefined;
      const what = `half a line of ${bytes} bytes (SHA-256 ${sha256}) was moved out of the file before this line was written`;
      const meaning = 'A writer had died in the middle of a write; nobody had been told that its line was written';
      return { type: 'finding', finding: finding('tail-repaired', place, what, meaning, aboutLine) };
    }
    case noteEventNames.dropped: {
      if (!isCount(facts['records'])) return undefined;
      const what = `${facts['records']} records are missing here, which could not be written`;
      const meaning =
        'They did not fit into memory while the disk refused; nobody had been told that they were written';
      return { type: 'finding', finding: finding('records-dropped', place, what, meaning, aboutLine) };
    }
    default:
      return undefined;
  }
}

function fieldsOf(line: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line.toString());
    return isObject(value) ? value : {};
  } catch {
    // Not JSON, so not one of ours; that it was edited shows in the chain.
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A name or a hash: what may stand in a message as it is. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,255}$/.test(value);
}
