/**
 * A file whose last line has no end was left by a writer that died in the middle of a write. The next line would be
 * glued to the fragment, and both would be lost to every reader; so the fragment is moved out of the file first.
 */
import { hash } from 'node:crypto';

import type { FileSystem } from './file-system.ts';
import { endOfLastLine } from './last-line.ts';

/** What was moved out. */
export interface Fragment {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Cuts the file back to its last newline. The fragment is appended to `quarantinePath`, never thrown away; undefined where the
 * file ends in a whole line. The caller holds the file's lock.
 */
export function repairTornTail(
  fileSystem: FileSystem,
  descriptor: number,
  size: number,
  quarantinePath: string,
  mode: number,
): Fragment | undefined {
  const end = endOfLastLine(fileSystem, descriptor, size);
  if (end === size) return undefined;
  const buffer = new Uint8Array(size - end);
  const fragment = buffer.subarray(0, fileSystem.read(descriptor, buffer, end));
  const quarantine = fileSystem.openForAppend(quarantinePath, mode);
  try {
    for (let written = 0; written < fragment.length;)
      written += fileSystem.append(quarantine, fragment.subarray(written));
  } finally {
    fileSystem.close(quarantine);
  }
  fileSystem.truncate(descriptor, end);
  return { bytes: size - end, sha256: hash('sha256', fragment) };
}
