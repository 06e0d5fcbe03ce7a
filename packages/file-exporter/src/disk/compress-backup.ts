/**
 * Compresses a backup, from the second on: the first may still be read by whoever follows the file, and nobody writes to any of them.
 * The new file comes to be among the bookkeeping, where no shipper looks, and takes its name when it is whole and on the platter.
 */
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

import type { FileStatus, FileSystem } from './file-system.ts';

const blockBytes = 256 * 1024;

export interface CompressedBackup {
  /** Of what was compressed. */
  readonly status: FileStatus;
}

/** Writes what `path` holds to `target`, with its mode and owner. Undefined where there is no such regular file, or nothing in it. */
export async function compressBackup(
  fileSystem: FileSystem,
  path: string,
  target: string,
): Promise<CompressedBackup | undefined> {
  const source = fileSystem.openForReading(path);
  if (source === undefined) return undefined;
  try {
    const status = fileSystem.descriptorStatus(source);
    if (!status.isRegularFile || status.size === 0) return undefined;
    await writeCompressed(fileSystem, { source, status, target });
    return { status };
  } finally {
    fileSystem.close(source);
  }
}

async function writeCompressed(
  fileSystem: FileSystem,
  { source, status, target }: { readonly source: number; readonly status: FileStatus; readonly target: string },
): Promise<void> {
  // What a process has left of it that died.
  if (fileSystem.linkStatus(target) !== undefined) fileSystem.remove(target);
  const descriptor = fileSystem.openForAppend(target, status.mode & 0o777);
  try {
    for await (const chunk of Readable.from(blocks(fileSystem, source, status.size)).pipe(createGzip())) {
      const bytes = chunk as Uint8Array;
      for (let written = 0; written < bytes.length;) written += fileSystem.append(descriptor, bytes.subarray(written));
    }
    fileSystem.setModeAndOwner(descriptor, status);
    await fileSystem.syncLater(descriptor);
  } finally {
    fileSystem.close(descriptor);
  }
  fileSystem.syncDirectory(dirname(target));
}

function* blocks(fileSystem: FileSystem, descriptor: number, size: number): Generator<Uint8Array> {
  for (let position = 0; position < size; position += blockBytes) {
    const block = new Uint8Array(Math.min(blockBytes, size - position));
    yield block.subarray(0, fileSystem.read(descriptor, block, position));
  }
}
