/**
 * Python's rule in a dozen lines, written down a second time: which lines one `RotatingFileHandler` would have put into which
 * file, from the oldest that was ever there to the newest.
 */
import type { RotationPolicy } from '../rotation/next-step.ts';

export function filesOfOneWriter(lines: readonly string[], policy: RotationPolicy): string[] {
  const { maxBytes, backups, emptyFileRollover } = policy;
  const files = [''];
  for (const line of lines) {
    const size = Buffer.byteLength(files.at(-1) ?? '');
    const isRolled =
      maxBytes > 0 && backups > 0 && size + [...line].length >= maxBytes && (size > 0 || emptyFileRollover);
    if (isRolled) files.push(line);
    else files[files.length - 1] += line;
  }
  return files;
}
