/**
 * A file whose last line has no end was left by a writer that died in the middle of a write. The next line would be
 * glued to the fragment, and both would be lost to every reader; so the fragment is moved out of the file first.
 */
import type { FileSystem } from './file-system.ts';

const newline = 0x0a;
const blockBytes = 4096;

/**
 * Cuts the file back to its last newline and returns its new size. The fragment is appended to `quarantinePath`, never
 * thrown away. The caller holds the file's lock.
 */
export function repairTornTail(
  fileSystem: FileSystem,
  descriptor: number,
  size: number,
  quarantinePath: string,
  mode: number,
): number {
  const end = endOfLastLine(fileSystem, descriptor, size);
  if (end === size) return size;
  const fragment = new Uint8Array(size - end);
  const length = fileSystem.read(descriptor, fragment, end);
  const quarantine = fileSystem.openForAppend(quarantinePath, mode);
  try {
    fileSystem.append(quarantine, fragment.subarray(0, length));
  } finally {
    fileSystem.close(quarantine);
  }
  fileSystem.truncate(descriptor, end);
  return end;
}

/** The position after the last newline; 0 if there is none. Reads backwards, one block at a time. */
function endOfLastLine(fileSystem: FileSystem, descriptor: number, size: number): number {
  const block = new Uint8Array(blockBytes);
  for (let end = size; end > 0; end -= blockBytes) {
    const start = Math.max(0, end - blockBytes);
    // The usual case costs one byte: a whole file ends in a newline.
    if (end === size && endsInNewline(fileSystem, descriptor, size)) return size;
    const length = fileSystem.read(descriptor, block.subarray(0, end - start), start);
    const found = block.subarray(0, length).lastIndexOf(newline);
    if (found >= 0) return start + found + 1;
  }
  return 0;
}

function endsInNewline(fileSystem: FileSystem, descriptor: number, size: number): boolean {
  const last = new Uint8Array(1);
  return fileSystem.read(descriptor, last, size - 1) === 1 && last[0] === newline;
}
