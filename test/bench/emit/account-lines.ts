/** Finds every emitted line again: what a logger is fast at only counts if it is on the disk, whole, and once. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface LineAccount {
  /** Distinct events found, of those emitted. */
  readonly found: number;
  readonly lost: number;
  /** Lines that are not whole: broken JSON, half text, or no line end. */
  readonly torn: number;
  readonly duplicated: number;
  readonly files: number;
  readonly largestFileBytes: number;
  /** Mean length of a whole line, its newline included. */
  readonly bytesPerLine: number;
}

/** Looks for events 0 to `emitted` - 1 in the plain files of `directory`; files with other content are not counted. */
export function accountLines(directory: string, emitted: number): LineAccount {
  const seen = new Uint8Array(emitted);
  const tally = { found: 0, torn: 0, duplicated: 0, files: 0, largestFileBytes: 0, bytes: 0 };
  for (const path of plainFiles(directory)) {
    let isCounted = false;
    for (const line of linesOf(readFileSync(path))) {
      if (!line.includes('seq=')) {
        // A fragment without its number; other records (a boot message, say) are whole and no business of this count.
        if (!isWhole(line)) tally.torn++;
        continue;
      }
      isCounted = true;
      const sequence = isWhole(line) ? Number(/seq=(\d+)/.exec(line)?.[1]) : Number.NaN;
      if (!(sequence < emitted)) tally.torn++;
      else if (seen[sequence] === 1) tally.duplicated++;
      else {
        seen[sequence] = 1;
        tally.found++;
        tally.bytes += Buffer.byteLength(line);
      }
    }
    if (!isCounted) continue;
    tally.files++;
    tally.largestFileBytes = Math.max(tally.largestFileBytes, statSync(path).size);
  }
  const { bytes, ...account } = tally;
  return { ...account, lost: emitted - tally.found, bytesPerLine: bytes / Math.max(1, tally.found) };
}

function plainFiles(directory: string): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => join(directory, name));
}

/** The lines with their newline; the last one may be without. */
function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    yield bytes.toString('utf8', start, end);
    start = end;
  }
}

const textLine = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] [A-Z]+ in \S+ \(\S+:\d+\): [^[]+\n$/;

function isWhole(line: string): boolean {
  if (line.startsWith('[')) return textLine.test(line);
  if (!line.endsWith('\n')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
