/** Runs a program of these tests to its end. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Node reads TypeScript by itself only since 22.18. */
const typeScriptOptions = process.features.typescript ? [] : ['--experimental-strip-types'];

export function run(program: string, ...args: string[]): Promise<Ending> {
  return new Promise((resolve) => {
    const path = join(import.meta.dirname, program);
    const argv = ['--no-warnings', ...typeScriptOptions, path, ...args];
    const child = execFile(process.execPath, argv, { timeout: 15_000 }, (...[, stdout, stderr]) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}
