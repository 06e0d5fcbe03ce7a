/** Takes a lock, says so, and keeps it until it is killed: `node file-lock.test-holder.ts PATH`. */
import { openSqliteFileLock } from './file-lock.ts';

const lock = openSqliteFileLock(process.argv[2] ?? '');
process.stdout.write(lock.acquire(0) ? 'held\n' : 'busy\n');
setInterval(() => {}, 1000);
