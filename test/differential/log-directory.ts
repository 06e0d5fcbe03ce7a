/** A directory that two writers are compared by: how it comes to be, what others than the writer do to it, and how it looks. */
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import type { Action, Entry, Sequence } from './sequence.ts';

/** What somebody else does to the directory. */
export type OutsideAction = Exclude<Action, { readonly type: 'write' | 'restart' }>;

export function makeDirectory(directory: string, before: Sequence['before']): void {
  mkdirSync(join(directory, 'folder'), { recursive: true });
  for (const [name, entry] of Object.entries(before)) put(join(directory, name), entry);
}

/** What cannot be done, a removal of what is not there say, is not done. */
export function act(directory: string, action: OutsideAction): void {
  switch (action.type) {
    case 'put':
      return put(join(directory, action.name), action.entry);
    case 'remove':
      return remove(join(directory, action.name));
    case 'move': {
      const [from, to] = [join(directory, action.from), join(directory, action.to)];
      if (from === to || lstatSync(from, { throwIfNoEntry: false }) === undefined) return;
      remove(to);
      return renameSync(from, to);
    }
    case 'append': {
      const path = join(directory, action.name);
      if (lstatSync(path, { throwIfNoEntry: false })?.isFile()) appendFileSync(path, action.text);
    }
  }
}

function put(path: string, entry: Entry): void {
  remove(path);
  if (entry.kind === 'link') return symlinkSync(entry.target, path);
  if (entry.kind === 'directory') mkdirSync(path);
  writeFileSync(entry.kind === 'file' ? path : join(path, 'inside'), entry.text);
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Every name in the directory, with what it is: the bytes of a file (one character each), the target of a link, the names in a directory. */
export function picture(directory: string): Record<string, unknown> {
  const entries = readdirSync(directory, { withFileTypes: true }).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  return Object.fromEntries(
    entries.map((each) => {
      const path = join(directory, each.name);
      if (each.isSymbolicLink()) return [each.name, { link: readlinkSync(path) }];
      if (each.isDirectory()) return [each.name, picture(path)];
      return [each.name, each.isFile() ? readFileSync(path, 'latin1') : 'neither file nor directory nor link'];
    }),
  );
}
