/** A file of the trail, compressed or not, to be read at both ends. */
import { gunzipSync } from 'node:zlib';

import type { FileSystem } from './file-system.ts';

export interface OpenedBackup {
  readonly source: Pick<FileSystem, 'read'>;
  readonly descriptor: number;
  /** Of what it holds, uncompressed. */
  readonly size: number;
  close(): void;
}

export const compressedEnding = '.gz';

/** More than any file may be that is compressed here. */
const maxBytes = 1024 * 1024 * 1024;

/**
 * Undefined where there is no such file, it is no regular one, or it was compressed and cannot be uncompressed any more. A compressed
 * one is read whole.
 */
export function openBackup(fileSystem: FileSystem, path: string): OpenedBackup | undefined {
  const descriptor = fileSystem.openForReading(path);
  if (descriptor === undefined) return undefined;
  try {
    const { size, isRegularFile } = fileSystem.descriptorStatus(descriptor);
    const close = (): void => fileSystem.close(descriptor);
    if (isRegularFile && !path.endsWith(compressedEnding)) return { source: fileSystem, descriptor, size, close };
    const bytes = isRegularFile ? uncompressed(fileSystem, descriptor, size) : undefined;
    close();
    return (
      bytes && {
        source: { read: (_, into, position) => copy(bytes, into, position) },
        descriptor: -1,
        size: bytes.length,
        close() {},
      }
    );
  } catch (error) {
    fileSystem.close(descriptor);
    throw error;
  }
}

/** Whether both hold the same. */
export function isCompressedFormOf(fileSystem: FileSystem, compressedPath: string, path: string): boolean {
  const compressed = openBackup(fileSystem, compressedPath);
  const plain = fileSystem.readFile(path);
  if (compressed === undefined || plain?.length !== compressed.size) return false;
  const bytes = new Uint8Array(compressed.size);
  compressed.source.read(compressed.descriptor, bytes, 0);
  return Buffer.compare(bytes, plain) === 0;
}

/** What somebody has spoilt must not keep a file from rotating for ever; whoever verifies the trail finds it. */
function uncompressed(fileSystem: FileSystem, descriptor: number, size: number): Uint8Array | undefined {
  const compressed = new Uint8Array(size);
  const length = fileSystem.read(descriptor, compressed, 0);
  try {
    return gunzipSync(compressed.subarray(0, length), { maxOutputLength: maxBytes });
  } catch {
    return undefined;
  }
}

function copy(bytes: Uint8Array, into: Uint8Array, position: number): number {
  const part = bytes.subarray(position, position + into.length);
  into.set(part);
  return part.length;
}
