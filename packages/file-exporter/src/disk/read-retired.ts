/** What a trail is about to lose when rotation removes its oldest backup. */
import { basename } from 'node:path';

import type { Retired } from '../rotation/intent.ts';
import { hashOfLine, sealOfLine, type Seal } from '../trail/seal.ts';
import type { FileSystem } from './file-system.ts';
import { endOfLastLine, firstLines, linesBackwards } from './last-line.ts';
import { openBackup } from './opened-backup.ts';

/** Undefined where there is no such file, or no sealed line in it. Lines without a seal, at either end, count for the hash alone. */
export function readRetired(fileSystem: FileSystem, path: string): Retired | undefined {
  const backup = openBackup(fileSystem, path);
  if (backup === undefined) return undefined;
  const { source, descriptor, size } = backup;
  try {
    const end = endOfLastLine(source, descriptor, size);
    const [last] = linesBackwards(source, descriptor, end);
    const lastSeal = firstSealOf(linesBackwards(source, descriptor, end));
    if (last === undefined || lastSeal === undefined) return undefined;
    const firstSeal = firstSealOf(firstLines(source, descriptor, size)) ?? lastSeal;
    return { file: basename(path), firstSeq: firstSeal.seq, lastSeq: lastSeal.seq, lastHash: hashOfLine(last) };
  } finally {
    backup.close();
  }
}

function firstSealOf(lines: Iterable<Uint8Array>): Seal | undefined {
  for (const line of lines) {
    const seal = sealOfLine(line);
    if (seal !== undefined) return seal;
  }
  return undefined;
}
