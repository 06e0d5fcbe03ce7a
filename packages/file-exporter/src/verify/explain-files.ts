/** What there is to say of files as a whole: which are missing, which were not read, and how they end. Pure. */
import { finding, type LinePlace, type TrailFinding } from './finding.ts';
import type { RefusedFile, TrailFile, TrailFiles } from './trail-files.ts';

/** Before anything is read. `name` is the newest file's. */
export function aboutFiles(name: string, { files, refused }: TrailFiles): readonly TrailFinding[] {
  const findings = refused.map(aboutRefused);
  const newest = { file: name, line: 0 };
  if (![...files, ...refused].some(({ number }) => number === 0)) {
    const meaning =
      'Unless a writer died at the very moment of a rotation, it was removed, and lines with it: only a head or a checkpoint that was kept elsewhere can tell how many';
    findings.push(finding('newest-missing', newest, 'the newest file is missing', meaning));
  }
  if (files.length > 1 && files.some(({ number, size }) => number === 0 && size === 0)) {
    const meaning =
      'Either a writer could not go on after a rotation, as on a full disk, or the file was emptied: only a head or a checkpoint that was kept elsewhere can tell';
    findings.push(finding('newest-empty', newest, 'the newest file is empty, and there are backups', meaning));
  }
  return findings;
}

function aboutRefused({ name, reason }: RefusedFile): TrailFinding {
  const place = { file: name, line: 0 };
  if (reason === 'twin') {
    const meaning =
      'The latter was read. If lines are reported missing around it, they may be in this one: then it is older, and was not moved on with the others';
    return finding('compressed-twin', place, 'the backup of this number is there uncompressed as well', meaning);
  }
  if (reason === 'irregular') {
    return finding('not-a-regular-file', place, 'this is a link, a directory or a device, and was not read', unread);
  }
  return aboutUnreadable(place, reason);
}

/** `place` is that of the last line that was read. */
export function aboutUnreadable(place: LinePlace, { message }: Error): TrailFinding {
  return finding('unreadable', place, `the file was read up to here, and no further: ${message}`, unread);
}

const unread = 'What was not read was not verified, and is reported as missing where later lines tell of it';

/** A file that does not end in a newline; `place` is that of the last line that does. */
export function aboutRest({ number }: TrailFile, { file, line }: LinePlace, bytes: number): TrailFinding {
  const place = { file, line: line + 1 };
  const what = `the file ends in a line of ${bytes} bytes that has no newline`;
  if (number === 0) {
    const meaning =
      'A writer is writing it at this very moment, or died in the middle of a write: nobody has been told that this line was written, and the next writer moves it out';
    return finding('torn-tail', place, what, meaning, { lines: 1 });
  }
  const meaning =
    'No writer leaves a backup like this: it was cut off within the line or at its end, or its last byte was edited';
  return finding('backup-torn', place, what, meaning, { lines: 1 });
}
