/** What a trail is about to lose, and may, when rotation removes its oldest backup: which lines, so that nobody need miss them. */
import { basename } from 'node:path';

import { hashOfLine, sealOfLine } from '../trail/seal.ts';
import type { FileSystem } from './file-system.ts';
import { firstLine, linesBackwards } from './last-line.ts';

export interface Retired {
  /** File name. */
  readonly file: string;
  /** Numbers of its first and last sealed lines. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of its last line. */
  readonly lastHash: string;
}

/** Undefined where there is no such file, or no sealed line in it. */
export function readRetired(fileSystem: FileSystem, path: string): Retired | undefined {
  const descriptor = fileSystem.openForReading(path);
  if (descriptor === undefined) return undefined;
  try {
    const { size, isRegularFile } = fileSystem.descriptorStatus(descriptor);
    if (!isRegularFile) return undefined;
    const [last] = linesBackwards(fileSystem, descriptor, size);
    const lastSeal = last && sealOfLine(last);
    const firstSeal = sealOfLine(firstLine(fileSystem, descriptor, size)) ?? lastSeal;
    if (last === undefined || lastSeal === undefined || firstSeal === undefined) return undefined;
    return { file: basename(path), firstSeq: firstSeal.seq, lastSeq: lastSeal.seq, lastHash: hashOfLine(last) };
  } finally {
    fileSystem.close(descriptor);
  }
}
