/** Lines of a trail as tests make them, one by one and as text. */
import { hashOfLine, type TrailHead } from './seal.ts';

export interface SealedLine {
  readonly line: string;
  /** With this line in it. */
  readonly head: TrailHead;
}

/** Seals a line: one JSON object in ASCII and a newline, which is what the JSON format makes. */
export function sealLine(line: string, head: TrailHead): SealedLine {
  const seq = head.seq + 1;
  const sealed = `${line.slice(0, -2)}, "seq": ${seq}, "prev_hash": "${head.hash}"}\n`;
  return { line: sealed, head: { seq, hash: hashOfLine(sealed.slice(0, -1)) } };
}
