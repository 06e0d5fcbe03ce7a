/**
 * What our writer does otherwise than Python's, on purpose. A sequence whose directories differ must be one that a row can explain, and
 * Python with nothing changed but the rows that can (rotating_handler.py has them) must leave our directory, byte for byte.
 */
import { logName, type Action, type Entry, type Sequence } from './sequence.ts';

export interface Deviation {
  readonly name: string;
  readonly python: string;
  readonly ours: string;
  readonly why: string;
  /** Whether it can be why a sequence came out otherwise, in which Python has met these exceptions. */
  mayExplain(sequence: Sequence, errors: readonly string[]): boolean;
  /** Comes out otherwise because of it, in one of the Pythons at least. */
  readonly example: Sequence;
}

export const deviations: readonly Deviation[] = [
  {
    name: 'looks at the path',
    python: 'writes on into a file that was renamed or removed, until that has reached the limit',
    ours: 'opens the path anew, before every turn, where it names another file or none',
    why: 'lines in a removed file are lost, and other processes rotate the file as well',
    mayExplain: ({ actions }) => actions.some((action) => changesNames(action)),
    example: sequence([write('one'), { type: 'remove', name: logName }, write('two')]),
  },
  {
    name: 'counts what others append',
    python: 'from 3.13 on, decides by where its own last write has ended',
    ours: 'decides by the size of the file, as Python did before',
    why: 'the limit is the file’s, and P processes must leave the files that one would',
    mayExplain: ({ actions }) => actions.some(({ type }) => type === 'append'),
    example: sequence([write('one'), { type: 'append', name: logName, text: `${'x'.repeat(30)}\n` }, write('two')]),
  },
  {
    name: 'keeps the record',
    python: 'drops every record for which the file would have to rotate and cannot',
    ours: 'appends it beyond the limit, and tries to rotate again later',
    why: 'a file that is too large is a lesser evil than a record that is missing',
    mayExplain: (...[, errors]) => errors.some(isOfDisk),
    example: sequence([write('x'.repeat(20), 'y'.repeat(20))], {
      'a.log.1': { kind: 'directory', text: '' },
      'a.log.2': { kind: 'directory', text: '' },
    }),
  },
  {
    name: 'waits for the disk',
    python: 'raises where the file cannot be opened: the program does not start, or goes without a log',
    ours: 'keeps the lines in memory, within a bound, and writes them once the file can be opened',
    why: 'logging must not keep a service from starting, and disks recover',
    mayExplain: (...[, errors]) => errors.some(isOfDisk),
    example: sequence([write('one'), { type: 'remove', name: logName }, write('two')], {
      [logName]: { kind: 'directory', text: '' },
    }),
  },
  {
    name: 'moves half lines aside',
    python: 'appends to whatever the file ends with',
    ours: 'moves what follows the last newline out of the file first, into the bookkeeping',
    why: 'a writer that died in the middle of a write has left it, and the next line would be glued to it',
    mayExplain: ({ before, actions }) =>
      Object.values(before).some(isHalf) ||
      actions.some((action) =>
        action.type === 'append' ? !endsWhole(action.text) : action.type === 'put' && isHalf(action.entry),
      ),
    example: sequence([write('whole')], { [logName]: { kind: 'file', text: 'half' } }),
  },
  {
    name: 'moves dangling links',
    python: 'takes a backup that is a link to what does not exist for none, and replaces it',
    ours: 'gives it the next number, as any other',
    why: 'the disk that it leads to may only be away for now',
    mayExplain: ({ before, actions }) =>
      Object.values(before).some(isLink) || actions.some((action) => action.type === 'put' && isLink(action.entry)),
    example: sequence([write('x'.repeat(20), 'y'.repeat(20))], { 'a.log.1': { kind: 'link', target: 'absent' } }),
  },
  {
    name: 'replaces lone surrogates',
    python: 'drops a record whose text is not well-formed Unicode',
    ours: 'writes U+FFFD where a surrogate stands alone',
    why: 'a record must not vanish because a client has sent half a character',
    mayExplain: ({ actions }) =>
      actions.some((action) => action.type === 'write' && !action.lines.every((line) => line.isWellFormed())),
    example: sequence([write('\ud83d')]),
  },
];

function isOfDisk(error: string): boolean {
  return error !== 'UnicodeEncodeError';
}

function changesNames(action: Action): boolean {
  return action.type === 'remove' || action.type === 'move' || action.type === 'put';
}

function isHalf(entry: Entry): boolean {
  return entry.kind === 'file' && !endsWhole(entry.text);
}

function isLink(entry: Entry): boolean {
  return entry.kind === 'link';
}

function endsWhole(text: string): boolean {
  return text === '' || text.endsWith('\n');
}

function sequence(actions: readonly Action[], before: Sequence['before'] = {}): Sequence {
  return { maxBytes: 32, backups: 2, before, actions };
}

function write(...lines: readonly string[]): Action {
  return { type: 'write', lines };
}
