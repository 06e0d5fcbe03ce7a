/** Follows the chain through the lines of a trail. What a seal is, is said here anew, and not taken from the writer. */
import { createHash } from 'node:crypto';

import { readBytes } from './files-on-disk.ts';

export interface TrailAccount {
  readonly sealedLines: number;
  readonly faults: readonly string[];
}

interface SealedLine {
  readonly line: string;
  readonly seq: number;
  readonly prevHash: string;
  readonly hash: string;
}

const start = '0'.repeat(64);
const seal = /, "seq": (\d+), "prev_hash": "([0-9a-f]{64})"\}$/;

/** One chain from the first line of the first file to the last of the last: each names its number, and the hash of the line before. */
export function accountChain(paths: readonly string[]): TrailAccount {
  const lines = sealedLines(paths);
  const faults = lines.flatMap(({ line, seq, prevHash }, index) => {
    const before = lines[index - 1] ?? { seq: 0, hash: start };
    if (seq === before.seq + 1 && prevHash === before.hash) return [];
    return [`the trail is broken: number ${before.seq + 1} and hash ${before.hash} were expected in ${line}`];
  });
  return { sealedLines: lines.length, faults };
}

/**
 * The same for a trail whose file strangers rename away. Writers who have not seen the newest lines go on from those that they have seen, so
 * that the chain forks; but nothing that a line names as the one before can be missing. That can be half a line, which has no number.
 */
export function accountForks(paths: readonly string[]): TrailAccount {
  const lines = sealedLines(paths);
  const known = new Set([`0 ${start}`, ...lines.map(({ seq, hash }) => `${seq} ${hash}`)]);
  const faults = lines.flatMap(({ line, seq, prevHash }) =>
    Number.isNaN(seq) || known.has(`${seq - 1} ${prevHash}`) || known.has(`NaN ${prevHash}`)
      ? []
      : [`the line before is missing: ${line}`],
  );
  return { sealedLines: lines.length, faults };
}

/** In a whole chain there is none without a seal; `seq` is then not a number. */
function sealedLines(paths: readonly string[]): readonly SealedLine[] {
  return paths
    .flatMap((path) => readBytes(path).toString().split('\n').slice(0, -1))
    .map((line) => {
      const [, seq, prevHash = 'none'] = seal.exec(line) ?? [];
      return { line, seq: Number(seq), prevHash, hash: createHash('sha256').update(line).digest('hex') };
    });
}
