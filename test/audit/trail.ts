/** The lines of audit.log and its backups as an auditor reads them, oldest first. */
import { hash } from 'node:crypto';

import { linesWithBackups } from '../instruments/log-files.ts';

export interface TrailLine extends Readonly<Record<string, unknown>> {
  readonly seq: number;
  readonly prev_hash: string;
  readonly message: string;
}

/** Throws where a line does not follow from the one before it: numbers go on by one, and each line names the hash of its forerunner. */
export function readTrail(directory: string): TrailLine[] {
  let before = { seq: 0, hash: '0'.repeat(64) };
  return linesWithBackups(directory, 'audit').map((text) => {
    const line = JSON.parse(text) as TrailLine;
    const { seq, prev_hash } = line;
    if (seq !== before.seq + 1 || prev_hash !== before.hash)
      throw new Error(`line ${before.seq + 1} is followed by ${text}`);
    before = { seq, hash: hash('sha256', text) };
    return line;
  });
}
