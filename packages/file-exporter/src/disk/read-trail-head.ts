/** Where a trail stands, by its newest line on the disk: the last of the file, or of its newest backup that has any. */
import { hashOfLine, sealOfLine, trailStart, type TrailHead } from '../trail/seal.ts';
import type { FileSystem } from './file-system.ts';
import { endOfLastLine, linesBackwards } from './last-line.ts';
import { openBackup } from './opened-backup.ts';

/**
 * The number is that of the newest sealed line, the hash that of the newest line whatever it is: lines that others have
 * appended are held by the seal of the next one. Reads no more than it must, which usually is one line. `pathOf` tells where a file is
 * by its number, 0 being the newest.
 */
export function readTrailHead(fileSystem: FileSystem, backups: number, pathOf: (number: number) => string): TrailHead {
  let newestHash: string | undefined;
  for (let number = 0; number <= backups; number++) {
    for (const line of linesOf(fileSystem, pathOf(number))) {
      newestHash ??= hashOfLine(line);
      const seal = sealOfLine(line);
      if (seal !== undefined) return { seq: seal.seq, hash: newestHash };
    }
  }
  return newestHash === undefined ? trailStart : { seq: 0, hash: newestHash };
}

function* linesOf(fileSystem: FileSystem, path: string): Generator<Uint8Array> {
  const backup = openBackup(fileSystem, path);
  if (backup === undefined) return;
  const { source, descriptor, size } = backup;
  try {
    // Half a line at the end, of a backup say that was renamed by somebody else, is no line of the trail.
    yield* linesBackwards(source, descriptor, endOfLastLine(source, descriptor, size));
  } finally {
    backup.close();
  }
}
