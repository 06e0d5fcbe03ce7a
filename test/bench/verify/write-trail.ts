/** A trail to verify, as our own writer leaves it. */
import { join } from 'node:path';

import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { concernAttribute, concerns, FileLogRecordProcessor } from '@sentrikat/file-exporter';

import { enoughBackups } from '../emit/destination.ts';
import { emitLines } from '../emit/emit-lines.ts';
import { logEvent } from '../emit/file-exporter.ts';

/** Returns the path of the newest file. */
export async function writeTrail(directory: string, lines: number, maxBytes: number): Promise<string> {
  // A seal makes a line longer by half of what it was.
  const backups = 2 * enoughBackups(lines, maxBytes);
  const rows = concerns.map((row) => ({ ...row, maxBytes, backups }));
  const provider = new LoggerProvider({ processors: [new FileLogRecordProcessor({ directory, concerns: rows })] });
  const logger = provider.getLogger('bench', undefined, { attributes: { [concernAttribute]: 'audit' } });
  await emitLines({ log: logEvent(logger), close: () => provider.shutdown() }, 0, lines);
  await provider.shutdown();
  return join(directory, 'audit.log');
}
