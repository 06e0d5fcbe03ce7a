/**
 * Writes what is still in memory when the process ends. One `exit` listener serves all open sets of files, so that
 * many of them (tests, say) do not add up to a listener leak.
 */
import type { LogFiles } from './log-files.ts';

const open = new Set<LogFiles>();

export function writeAtEndOfProcess(files: LogFiles): void {
  if (open.size === 0) process.on('exit', endAll);
  open.add(files);
}

export function forget(files: LogFiles): void {
  open.delete(files);
  if (open.size === 0) process.off('exit', endAll);
}

function endAll(): void {
  for (const files of open) files.endOfProcess();
}
