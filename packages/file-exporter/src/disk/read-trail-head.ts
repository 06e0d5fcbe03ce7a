/** Where a trail stands, by its newest line on the disk: the last of the file, or of its newest backup that has any. */
import { backupPath } from '../rotation/cascade.ts';
import { hashOfLine, sealOfLine, trailStart, type TrailHead } from '../trail/seal.ts';
import type { FileSystem } from './file-system.ts';
import { linesBackwards } from './last-line.ts';

/**
 * The number is that of the newest sealed line, the hash that of the newest line whatever it is: lines that others have
 * appended are held by the seal of the next one. Reads no more than it must, which usually is one line.
 */
export function readTrailHead(fileSystem: FileSystem, path: string, backups: number): TrailHead {
  let newestHash: string | undefined;
  for (let number = 0; number <= backups; number++) {
    for (const line of linesOf(fileSystem, backupPath(path, number))) {
      newestHash ??= hashOfLine(line);
      const seal = sealOfLine(line);
      if (seal !== undefined) return { seq: seal.seq, hash: newestHash };
    }
  }
  return newestHash === undefined ? trailStart : { seq: 0, hash: newestHash };
}

function* linesOf(fileSystem: FileSystem, path: string): Generator<Uint8Array> {
  const descriptor = fileSystem.openForReading(path);
  if (descriptor === undefined) return;
  try {
    const { size, isRegularFile } = fileSystem.descriptorStatus(descriptor);
    if (isRegularFile) yield* linesBackwards(fileSystem, descriptor, size);
  } finally {
    fileSystem.close(descriptor);
  }
}
