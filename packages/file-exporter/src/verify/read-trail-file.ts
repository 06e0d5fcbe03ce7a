/** The bytes of one file of a trail, a block at a time; between blocks others have a turn. */
import { pipeline, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';

import type { FileSystem } from '../disk/file-system.ts';
import type { TrailFile } from './trail-files.ts';

const blockBytes = 256 * 1024;

/**
 * As much as there was when the file was opened, without compression. A block is overwritten by the next one. Throws what the
 * operating system or the decompression says. `onBytes` hears how many bytes of the disk were read.
 */
export async function* readTrailFile(
  fileSystem: FileSystem,
  file: TrailFile,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer, void> {
  const blocks = blocksOf(fileSystem, file, onBytes);
  for await (const block of file.isCompressed ? decompressed(blocks) : blocks) {
    yield block;
    await setImmediate();
  }
}

function* blocksOf(
  fileSystem: FileSystem,
  { descriptor, size, isCompressed }: TrailFile,
  onBytes: (bytes: number) => void,
): Generator<Buffer, void> {
  let block = Buffer.allocUnsafe(blockBytes);
  for (let position = 0; position < size;) {
    const bytes = fileSystem.read(descriptor, block.subarray(0, size - position), position);
    if (bytes === 0) return;
    onBytes(bytes);
    position += bytes;
    yield block.subarray(0, bytes);
    // The decompression reads ahead.
    if (isCompressed) block = Buffer.allocUnsafe(blockBytes);
  }
}

function decompressed(blocks: Iterable<Buffer>): AsyncIterable<Buffer> {
  const gunzip = createGunzip({ chunkSize: blockBytes });
  // Errors of the source come out of the decompression as well.
  pipeline(Readable.from(blocks), gunzip, () => {});
  return gunzip;
}
