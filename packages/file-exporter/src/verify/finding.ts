/** What the verification of a trail can have to say: each kind of finding, and whether it is a breach or merely worth knowing. */

/**
 * A `breach` means that the trail is not what its writers wrote, or that this cannot be said of a part of it. A `notice` is
 * something that happens in honest operation, and that a reader of the trail has to know.
 */
export type FindingSeverity = 'breach' | 'notice';

const findingKinds = {
  /** A line is not the one that the next line remembers. */
  'line-edited': 'breach',
  /** Numbers are missing. */
  'lines-deleted': 'breach',
  /** Numbers are missing, exactly between two files. */
  'backup-missing': 'breach',
  /** Numbers are missing before the first line, and no line of the trail says that retention removed them. */
  'beginning-missing': 'breach',
  /** Lines of the trail stand where they were not written. */
  'lines-reordered': 'breach',
  /** Copies, or lines that were never part of the trail, stand where the chain has none. */
  'lines-inserted': 'breach',
  /** Hashes go on where numbers do not. */
  'numbers-broken': 'breach',
  /** The trail ends before a line that is known to have been written. */
  'end-truncated': 'breach',
  /** A finished file does not end in a newline. */
  'backup-torn': 'breach',
  /** A line is not the one that somebody kept the hash of. */
  'differs-from-kept': 'breach',
  /** A checkpoint's signature is not of its key, or is of another place. */
  'checkpoint-forged': 'breach',
  /** A checkpoint is signed with a key that nobody gave. */
  'checkpoint-unknown-key': 'breach',
  /** More lines than allowed follow one another without a genuine checkpoint. */
  'unsigned-stretch': 'breach',
  /** There is no newest file. */
  'newest-missing': 'breach',
  /** A link, a directory, a device: it was not read. */
  'not-a-regular-file': 'breach',
  /** The operating system or the decompression gave an error: the rest of the file was not read. */
  unreadable: 'breach',
  /** Retention removed lines, and the trail says so. */
  retired: 'notice',
  /** A dead writer's half line was moved out, and the trail says so. */
  'tail-repaired': 'notice',
  /** Records could not be written, and the trail says so. */
  'records-dropped': 'notice',
  /** The newest file ends in half a line. */
  'torn-tail': 'notice',
  /** Lines without a seal, appended by another program or by a writer that could not lock. */
  'unsealed-lines': 'notice',
  /** The trail began behind lines without a seal, which are no longer there. */
  'unsealed-past': 'notice',
  /** There are backups, and nothing in the newest file yet. */
  'newest-empty': 'notice',
  /** A backup is there both compressed and not: the latter was read. */
  'compressed-twin': 'notice',
} as const;

export type FindingKind = keyof typeof findingKinds;

/** Where a line stands. */
export interface LinePlace {
  /** File name. */
  readonly file: string;
  /** Counted from 1, in what a compressed file holds; 0 stands for the file as a whole. */
  readonly line: number;
}

export interface TrailFinding extends LinePlace {
  readonly kind: FindingKind;
  readonly severity: FindingSeverity;
  /** The number of the line, where it has one that can be believed. */
  readonly seq?: number;
  /** How many lines it is about: those that are there, or, of missing ones, those that are not. 0: not about lines. */
  readonly lines: number;
  /** The numbers of the first and the last that is missing; a few of those between may be there. */
  readonly missing?: { readonly firstSeq: number; readonly lastSeq: number };
  /** For people: where, what, and what it means to an auditor. */
  readonly message: string;
}

/** What a finding consists of, besides what follows from its kind and place. */
export type FindingFacts = Partial<Pick<TrailFinding, 'seq' | 'lines' | 'missing'>>;

/** `what` is said of the place; `meaning` is what an auditor makes of it. Sentences without their full stops. */
export function finding(
  kind: FindingKind,
  { file, line }: LinePlace,
  what: string,
  meaning: string,
  facts: FindingFacts = {},
): TrailFinding {
  const where = line === 0 ? file : `${file}:${line}`;
  const message = `${where}: ${what}. ${meaning}.`;
  return { kind, severity: findingKinds[kind], file, line, lines: 0, ...facts, message };
}

/** `1 line`, `3 lines`. */
export function linesOf(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}

/** `line 5`, `lines 5 to 7`. */
export function numbered(firstSeq: number, lastSeq: number): string {
  return firstSeq === lastSeq ? `line ${firstSeq}` : `lines ${firstSeq} to ${lastSeq}`;
}

export const notAsWritten: string = 'What it says is not what was written, and what was written cannot be told';
