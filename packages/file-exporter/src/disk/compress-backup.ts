/**
 * Compresses a backup, from the second on: the first may still be read by whoever follows the file, and nobody writes to any of them.
 * The new file comes to be among the bookkeeping, where no shipper looks, and takes its name when it is whole and on the platter.
 */
import { dirname } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

import type { FileStatus, FileSystem } from './file-system.ts';

const blockBytes = 256 * 1024;

/** Compresses the contents of a file, which come as they are asked for. */
export type Gzip = (contents: Iterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** In another thread. An error of the contents is one of what comes of them. */
export const gzipInBackground: Gzip = (contents) => pipeline(Readable.from(contents), createGzip(), () => {});

/** A backup and its compressed form, both held open: as long as they are, no other file has the number of the one or the other. */
export interface CompressedBackup {
  readonly original: FileStatus;
  readonly compressed: FileStatus;
}

/**
 * Writes what `path` holds to `target`, with its mode and owner, and resolves with what `take` makes of that. Undefined where there is no
 * such regular file, or nothing in it.
 */
export async function compressBackup<Taken>(
  { fileSystem, gzip }: { readonly fileSystem: FileSystem; readonly gzip: Gzip },
  path: string,
  target: string,
  take: (backup: CompressedBackup) => Taken,
): Promise<Taken | undefined> {
  const source = fileSystem.openForReading(path);
  if (source === undefined) return undefined;
  try {
    const original = fileSystem.descriptorStatus(source);
    if (!original.isRegularFile || original.size === 0) return undefined;
    // What a process has left of it that died.
    if (fileSystem.linkStatus(target) !== undefined) fileSystem.remove(target);
    const descriptor = fileSystem.openForAppend(target, original.mode & 0o777);
    try {
      for await (const bytes of gzip(blocks(fileSystem, source, original.size))) {
        for (let written = 0; written < bytes.length;)
          written += fileSystem.append(descriptor, bytes.subarray(written));
      }
      fileSystem.setModeAndOwner(descriptor, original);
      await fileSystem.syncLater(descriptor);
      fileSystem.syncDirectory(dirname(target));
      return take({ original, compressed: fileSystem.descriptorStatus(descriptor) });
    } finally {
      fileSystem.close(descriptor);
    }
  } finally {
    fileSystem.close(source);
  }
}

function* blocks(fileSystem: FileSystem, descriptor: number, size: number): Generator<Uint8Array> {
  for (let position = 0; position < size; position += blockBytes) {
    const block = new Uint8Array(Math.min(blockBytes, size - position));
    yield block.subarray(0, fileSystem.read(descriptor, block, position));
  }
}
