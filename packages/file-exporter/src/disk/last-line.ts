/** The lines at either end of a file, read without reading the rest. */
import type { FileSystem } from './file-system.ts';

type Readable = Pick<FileSystem, 'read'>;

const newline = 0x0a;
const blockBytes = 4096;
/** More than a line of ours can have. */
const maxStartBytes = 1024 * 1024;

/** The position after the last newline; 0 if there is none. */
export function endOfLastLine(fileSystem: Readable, descriptor: number, size: number): number {
  // The usual case costs one byte: a whole file ends in a newline.
  const last = new Uint8Array(1);
  if (size > 0 && fileSystem.read(descriptor, last, size - 1) === 1 && last[0] === newline) return size;
  return startOfLine(fileSystem, descriptor, size);
}

/** The lines before `end`, which is 0 or follows a newline, the last one first and without their newlines. */
export function* linesBackwards(fileSystem: Readable, descriptor: number, end: number): Generator<Uint8Array> {
  for (let lineEnd = end; lineEnd > 0;) {
    const start = startOfLine(fileSystem, descriptor, lineEnd - 1);
    const line = new Uint8Array(lineEnd - 1 - start);
    yield line.subarray(0, fileSystem.read(descriptor, line, start));
    lineEnd = start;
  }
}

/** The first lines of a file without their newlines: those that are whole within its first 1 MiB. */
export function firstLines(fileSystem: Readable, descriptor: number, size: number): Iterable<Uint8Array> {
  const start = new Uint8Array(Math.min(size, maxStartBytes));
  return wholeLines(start.subarray(0, fileSystem.read(descriptor, start, 0)));
}

function* wholeLines(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** The position after the last newline before `end`. */
function startOfLine(fileSystem: Readable, descriptor: number, end: number): number {
  const block = new Uint8Array(Math.min(blockBytes, end));
  for (let blockEnd = end; blockEnd > 0;) {
    const start = Math.max(0, blockEnd - blockBytes);
    const length = fileSystem.read(descriptor, block.subarray(0, blockEnd - start), start);
    const found = block.subarray(0, length).lastIndexOf(newline);
    if (found >= 0) return start + found + 1;
    blockEnd = start;
  }
  return 0;
}
