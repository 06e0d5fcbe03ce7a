/** One of several processes that write one trail: `node written-trail.test-writer.ts DIRECTORY RECORDS`. Says when it begins. */
import { setImmediate } from 'node:timers/promises';

import { concerns } from '../concerns.ts';
import { LogFiles } from '../log-files.ts';
import { auditRecord } from './written-trail.test-setup.ts';

const [directory = '', records = '0'] = process.argv.slice(2);
const files = new LogFiles({
  directory,
  concerns: concerns.map((row) => ({ ...row, maxBytes: 20_000, backups: 1_000 })),
  onEvent: (event) => {
    throw new Error(`unexpected ${JSON.stringify(event)}`);
  },
});
for (let record = 0; record < Number(records); record++) {
  files.write(auditRecord(record));
  if (record % 5 === 4) await setImmediate();
  if (record === 100) process.send?.('writing');
}
files.close();
process.disconnect?.();
