/** Where a log file is, and its bookkeeping. Processes that share the file find that by the same rule. */
import { basename, dirname, join } from 'node:path';

/** Where a file and its bookkeeping live. */
export interface LogFilePlace {
  readonly path: string;
  readonly lockPath: string;
  /** Takes the fragments of lines that dead writers left. */
  readonly quarantinePath: string;
  /** Says, while a rotation is under way, what is to be renamed. */
  readonly intentPath: string;
  /** Where backups are compressed, which then have the ending `.gz` behind their number. Absent: none is. */
  readonly compressingPath?: string | undefined;
}

/** Beside the files, and out of the way of whoever ships them. */
const bookkeepingDirectory = '.sentrikat';

export function placeOf(path: string, isCompressing: boolean = false): LogFilePlace {
  const bookkeeping = join(dirname(path), bookkeepingDirectory, basename(path));
  return {
    path,
    lockPath: `${bookkeeping}.lock`,
    quarantinePath: `${bookkeeping}.torn`,
    intentPath: `${bookkeeping}.intent`,
    ...(isCompressing && { compressingPath: `${bookkeeping}.gz` }),
  };
}
