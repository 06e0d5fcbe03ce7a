/** Lines of a trail as tests make them, one by one and as text. */
import { hashOfLine, sealText, type TrailHead } from './seal.ts';

export interface SealedLine {
  readonly line: string;
  /** With this line in it. */
  readonly head: TrailHead;
}

/** Seals a line: one JSON object in ASCII and a newline, which is what the JSON format makes. */
export function sealLine(line: string, head: TrailHead): SealedLine {
  const sealed = line.slice(0, -2) + sealText(head);
  return { line: sealed, head: { seq: head.seq + 1, hash: hashOfLine(sealed.slice(0, -1)) } };
}
