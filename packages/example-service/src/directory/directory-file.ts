/** The directory of a service that has none configured: a file of entries as a search would give them. Nobody can log in by it. */
import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import type { PeopleSource } from './person.ts';

const directoryFile = new URL('directory.json', import.meta.url);

export class DirectoryFile implements PeopleSource {
  readonly name = 'the directory file';

  async people(): Promise<readonly unknown[]> {
    return z.array(z.unknown()).parse(JSON.parse(await readFile(directoryFile, 'utf8')));
  }
}
