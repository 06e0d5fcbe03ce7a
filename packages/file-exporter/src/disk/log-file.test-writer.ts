/** One of several processes that write numbered lines to one file: `node log-file.test-writer.ts DIRECTORY WRITER LINES`. */
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';

import { openSqliteFileLock } from './file-lock.ts';
import { nodeFileSystem } from './file-system.ts';
import { LogFile } from './log-file.ts';

const [directory = '', writer = '', lines = '0'] = process.argv.slice(2);
const file = new LogFile({
  places: [
    {
      path: join(directory, 'a.log'),
      lockPath: join(directory, '.b', 'a.lock'),
      quarantinePath: join(directory, '.b', 'a.torn'),
      intentPath: join(directory, '.b', 'a.intent'),
    },
  ],
  policy: { maxBytes: 4096, backups: 1000, emptyFileRollover: false },
  fileSystem: nodeFileSystem,
  openLock: openSqliteFileLock,
  now: () => performance.now(),
  onEvent: (event) => {
    throw new Error(`unexpected ${JSON.stringify(event)}`);
  },
  hasForeignWriters: false,
  formatNote: ({ type }) => `${type}\n`,
});
for (let sequence = 0; sequence < Number(lines); sequence++) {
  file.append(`${writer} ${String(sequence).padStart(6, '0')} ${'x'.repeat(80)}\n`);
  if (sequence % 10 !== 9) continue;
  while (file.flush(0) === 'busy') await setImmediate();
}
file.flush(10_000);
file.close();
